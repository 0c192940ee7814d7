"""What becomes of a refund after it was made, and of a decision before it is paid."""

from datetime import timedelta

import pytest

from tests.billing.settling_stage import Settling

# What Stripe shows makes the difference here; what is asked of the database is asked on both in the others.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_ONE
def test_a_refund_that_waits_is_asked_for_until_it_is_paid(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.next_refund()
    settling.run()
    assert (settling.state(claim), settling.settlement(claim)["state"]) == ("settling", "waiting")
    settling.world.trouble.drop(lambda _: True)
    settling.world.settle_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later(timedelta(hours=2))
    assert (settling.state(claim), settling.settlement(claim)["state"]) == ("refunded", "paid")
    assert len(settling.refunds(pair.extra)) == 1


def test_a_refund_that_fails_days_later_reopens_the_claim(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=5)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()
    assert settling.state(claim) == "referred"
    assert settling.story(claim)[-2:] == ["settlement_stopped", "settlement_stopped"]
    assert settling.changes_of_credit(pair.customer) == [-2000, 2000, -2000]
    assert settling.live_refunds() == []
    settling.run_later(timedelta(days=2))
    assert settling.changes_of_credit(pair.customer) == [-2000, 2000, -2000]
    assert len(settling.refunds(pair.extra)) == 1


@ON_ONE
def test_a_refund_that_fails_without_a_webhook_is_found_out(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    settling.world.trouble.drop(lambda _: True)
    settling.stage.advance(days=3)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later(timedelta(days=1))
    assert settling.state(claim) == "referred"


@ON_ONE
def test_a_refund_that_is_canceled_gives_the_credit_back(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.world.next_refund(status="requires_action")
    settling.run()
    settling.stage.advance(hours=3)
    settling.world.call("POST", f"/v1/refunds/{settling.refunds(pair.extra)[0]['id']}/cancel")
    settling.run_later()
    assert settling.state(claim) == "referred"
    assert settling.credit(pair.customer) == 2000
    assert settling.attempts(claim) == {
        ("reverse_credit", 1, "succeeded"),
        ("refund", 1, "canceled"),
        ("restore_credit", 1, "succeeded"),
    }


@ON_ONE
@pytest.mark.parametrize("whose", ["kept", "extra"])
@pytest.mark.parametrize("what", ["dispute", "early_fraud_warning"])
def test_what_the_bank_has_is_not_paid(settling: Settling, whose: str, what: str) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    getattr(settling.world, what)(getattr(pair, whose))
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("frozen", [])
    settling.run_later(timedelta(days=3))
    assert (settling.state(claim), settling.refund_calls()) == ("frozen", [])


def test_what_the_bank_has_after_the_refund_is_frozen(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=2)
    settling.world.dispute(pair.kept)
    settling.run_later()
    assert settling.state(claim) == "frozen"
    assert settling.story(claim).count("disputed_or_warned_of") == 1
    settling.run_later(timedelta(days=2))
    assert settling.story(claim).count("disputed_or_warned_of") == 1


@ON_ONE
def test_a_dispute_while_the_credit_is_reversed_gives_it_back(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.world.trouble.outage(1, only="POST /v1/refunds")
    settling.run()
    assert settling.credit(pair.customer) == 0
    settling.world.dispute(pair.extra)
    settling.run_until(lambda: settling.state(claim) == "frozen")
    assert settling.changes_of_credit(pair.customer) == [-2000, 2000, -2000]


@ON_ONE
def test_credit_that_was_spent_meanwhile_is_not_paid_out_again(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.stage.advance(days=32)  # the next invoice takes all of it
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])
    assert settling.settlement(claim)["why"] == "credit_spent"


@ON_ONE
def test_of_credit_that_was_spent_in_part_the_rest_goes_back(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.adjust(pair.customer, 600)
    settling.run()
    assert settling.state(claim) == "refunded"
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [1400]
    assert settling.credit(pair.customer) == 0


@ON_ONE
def test_what_was_spent_while_it_was_being_reversed_stays_the_customers(settling: Settling) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.before("POST", "/balance_transactions", lambda: settling.adjust(pair.customer, 600))
    settling.run()
    assert settling.state(claim) == "refunded"
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [1400]
    assert settling.changes_of_credit(pair.customer) == [-2000, 600, 2000, -600]


@ON_ONE
def test_a_refund_in_the_dashboard_leaves_nothing_to_pay(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.call("POST", "/v1/refunds", charge=pair.extra)
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])
    assert settling.settlement(claim)["why"] == "already_refunded"


@ON_ONE
def test_a_refund_in_the_dashboard_of_the_kept_one_keeps_the_other(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.call("POST", "/v1/refunds", charge=pair.kept)
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])
    assert settling.refunds(pair.extra) == []


def test_after_a_failure_a_new_decision_refunds_with_a_new_attempt(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=2)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()
    assert settling.state(claim) == "referred"
    settling.approve_again(claim)
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert settling.attempts(claim) == {("refund", 1, "failed"), ("refund", 2, "succeeded")}
    assert [refund["status"] for refund in settling.refunds(pair.extra)] == ["failed", "succeeded"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refund_of_a_later_round_is_followed_as_long_as_the_first(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=40)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()
    settling.approve_again(claim)
    settling.run_until(lambda: settling.state(claim) == "refunded")
    settling.stage.advance(days=40)
    settling.run()
    assert settling.due_in(claim) <= timedelta(days=1)
