"""Approved duplicates go back to the card: exactly the extra payment, once."""

from typing import Any

import pytest

from tests.billing.settling_stage import Settling


def test_one_of_two_payments_for_an_order_goes_back(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    (refund,) = settling.refunds(pair.extra)
    assert (refund["amount"], refund["reason"], refund["status"]) == (900, "duplicate", "succeeded")
    assert settling.refunds(pair.kept) == []
    assert settling.state(claim) == "refunded"


def test_only_the_excess_goes_back_and_its_credit_first(settling: Settling) -> None:
    pair = settling.overpaid()
    assert settling.credit(pair.customer) == 2000
    claim = settling.approved(pair)
    settling.run()
    assert settling.credit(pair.customer) == 0
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
    assert settling.attempts(claim) == {("reverse_credit", 1, "succeeded"), ("refund", 1, "succeeded")}


def test_a_twin_is_ended_before_its_payment_goes_back(settling: Settling) -> None:
    pair = settling.twins()
    claim = settling.approved(pair)
    settling.run()
    assert settling.world.call("GET", f"/v1/subscriptions/{pair.thing}")["status"] == "canceled"
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
    assert settling.attempts(claim) == {("end_twin", 1, "succeeded"), ("refund", 1, "succeeded")}


def test_the_second_invoice_of_one_period_goes_back(settling: Settling) -> None:
    pair = settling.same_period()
    claim = settling.approved(pair)
    settling.run()
    assert settling.settlement(claim)["rule"] == "same_period"
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
    assert settling.refunds(pair.kept) == []


def test_what_is_sent_says_why_and_for_what(settling: Settling) -> None:
    pair = settling.same_order()
    settling.approved(pair)
    settling.run()
    (sent,) = settling.refund_calls()
    assert {name: value for name, value in sent.items() if name != "metadata"} == {
        "charge": pair.extra,
        "amount": "900",
        "reason": "duplicate",
    }
    assert sent["metadata"]["paidthrough_duplicate_of"] == pair.kept
    assert settling.refund_keys() == [f"paidthrough-refund-{pair.extra}-1"]


def test_everything_is_in_the_journal(settling: Settling) -> None:
    claim = settling.approved(settling.same_order())
    settling.run()
    assert settling.story(claim)[-3:] == ["decided", "settling_began", "refunded"]
    assert settling.state(claim) == "refunded"
    assert settling.run_later().paid == 0


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"amount": 899}, "more_than_decided"),
        ({"rule": "same_period"}, "another_pair"),
        ({"kept": None, "extra": None}, "another_pair"),
    ],
)
def test_nothing_beyond_the_decision_is_paid(settling: Settling, bent: dict[str, Any], why: str) -> None:
    """A row that says something else than Stripe's records prove is not believed."""
    pair = settling.same_order()
    claim = settling.approved(pair)
    turned = {"kept": pair.extra, "extra": pair.kept}
    settling.bend(claim, **{name: value or turned[name] for name, value in bent.items()})
    settling.run()
    assert (settling.state(claim), settling.settlement(claim)["why"]) == ("referred", why)
    assert settling.refund_calls() == []
    assert settling.live_refunds() == []


def test_a_claim_that_was_moved_on_is_not_paid(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.put(claim, "frozen")
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("frozen", [])
    assert settling.settlement(claim)["state"] == "stopped"


def test_one_bad_settlement_does_not_stop_the_rest(settling: Settling) -> None:
    bad, good = settling.approved(settling.same_order()), settling.approved(settling.same_order())
    settling.bend(bad, rule="same_order", extra="ch_unknown")
    settling.run()
    assert settling.state(good) == "refunded"
    assert (settling.state(bad), settling.settlement(bad)["why"]) == ("referred", "refused: resource_missing")
