"""A charge is explained as a claim about it would be answered now, and nothing is changed by asking."""

from datetime import timedelta

import pytest

from app.billing.charge_explanation import explain_charge
from app.errors import StripeMissing, StripeUnavailable
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, Claims


def test_the_extra_one_of_two_is_refundable_until_the_window_closes(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    told = explain_charge(claims.stage.context, extra)
    assert told.until is not None
    assert (told.refundable, told.decision.clause, told.facts.duplicate, told.charge.uid) == (
        True,
        "2.2",
        "verified",
        ALICE,
    )
    claims.stage.clock.now = told.until
    assert explain_charge(claims.stage.context, extra).refundable
    claims.stage.clock.now = told.until + timedelta(seconds=1)
    late = explain_charge(claims.stage.context, extra)
    assert (late.refundable, late.decision.clause, late.until) == (False, "2.3", told.until)


def test_a_single_charge_is_not(claims: Claims) -> None:
    told = explain_charge(claims.stage.context, claims.subscribe()[1])
    assert (told.refundable, told.decision.clause, told.facts.duplicate) == (False, "5.1", "no_second_payment")


def test_two_orders_are_told_apart(claims: Claims) -> None:
    payer = claims.customer(ALICE)
    claims.pay(order="1", customer=payer)
    told = explain_charge(claims.stage.context, claims.pay(order="2", customer=payer))
    assert (told.refundable, told.decision.disproof) == (False, "different_order")


def test_what_was_claimed_about_it_is_told(claims: Claims) -> None:
    charge = claims.pay()
    filed = claims.file(R.DISLIKED, charge)
    (history,) = explain_charge(claims.stage.context, charge).claims
    assert (history.claim, history.decisions) == (filed.claim, (filed.decision,))


def test_asking_changes_nothing(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    claims.stage.world.requests.clear()
    explain_charge(claims.stage.context, extra)
    assert {request.method for request in claims.stage.world.requests} == {"GET"}
    for table in ("claim", "refund_decision", "claim_journal", "settlement"):
        assert claims.column(f"SELECT count(*) FROM {table}") == [0]


def test_what_cannot_be_told(claims: Claims) -> None:
    charge = claims.pay()
    with pytest.raises(StripeMissing, match="ch_0"):
        explain_charge(claims.stage.context, "ch_0")
    claims.stage.world.trouble.outage()
    with pytest.raises(StripeUnavailable):
        explain_charge(claims.stage.context, charge)
