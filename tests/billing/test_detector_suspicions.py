"""Payments that only look doubled are listed for operators, and never claimed."""

from app.billing.detector import DetectorReport
from app.billing.suspicions import dismiss_suspicion
from tests.billing.claim_stage import ALICE
from tests.billing.detector_stage import claims, look, suspected
from tests.billing.settling_stage import Settling


def test_lookalikes_are_only_listed(settling: Settling) -> None:
    payer = settling.claims.customer(ALICE)
    first = settling.claims.pay(customer=payer)
    settling.stage.advance(minutes=2)
    second = settling.claims.pay(customer=payer)
    settling.stage.advance(minutes=2)
    third = settling.claims.pay(customer=payer)
    assert look(settling) == DetectorReport(looked=3)
    assert claims(settling) == []
    assert suspected(settling) == [(second, first, "same_amount"), (third, second, "same_amount")]


def test_two_orders_of_one_amount_are_not_even_looked_at(settling: Settling) -> None:
    payer = settling.claims.customer(ALICE)
    settling.claims.pay(order="order-1", customer=payer)
    settling.claims.pay(order="order-2", customer=payer)
    assert look(settling) == DetectorReport()
    assert suspected(settling) == []


def test_payments_of_two_people_are_not_looked_at(settling: Settling) -> None:
    settling.claims.pay("alice", order="order-1")
    settling.claims.pay("bob", order="order-1")
    assert look(settling) == DetectorReport()


def test_a_suspicion_that_was_dismissed_is_not_listed_again(settling: Settling) -> None:
    payer = settling.claims.customer(ALICE)
    settling.claims.pay(customer=payer)
    second = settling.claims.pay(customer=payer)
    look(settling)
    assert dismiss_suspicion(settling.stage.context, second, operator="olga", note="two packs of credits")
    settling.world.call("POST", f"/v1/charges/{second}", description="seen by staff")
    settling.stage.deliver()
    assert look(settling) == DetectorReport(looked=1)
    assert suspected(settling) == []
    assert not dismiss_suspicion(settling.stage.context, second, operator="olga", note="again")


def test_an_order_id_that_comes_later_turns_a_suspicion_into_a_claim(settling: Settling) -> None:
    payer = settling.claims.customer(ALICE)
    pair = [settling.claims.pay(customer=payer) for _ in range(2)]
    look(settling)
    assert look(settling) == DetectorReport()
    for charge in pair:
        settling.world.call("POST", f"/v1/charges/{charge}", metadata={"order_id": "order-9"})
    settling.stage.deliver()
    assert look(settling) == DetectorReport(looked=1, filed=1)
    assert suspected(settling) == []
