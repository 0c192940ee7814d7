"""Approved duplicates go back to the card: exactly the extra payment, once."""

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
