"""A claim is made to mean another charge after a person has looked at the first."""

from app.billing import claim_operating
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason
from tests.billing.claim_stage import ALICE, SCREENSHOT, Claims


def test_what_an_operator_found_of_one_charge_says_nothing_of_another(claims: Claims) -> None:
    looked_at, another = claims.pay(order="order-1"), claims.pay(amount=90_000, order="order-2")
    filed = claims.file(ClaimReason.NOT_DELIVERED, looked_at, evidence=[SCREENSHOT])
    confirmed = claim_operating.confirm(claims.stage.context, filed.claim.id, operator="olga", why="our bug")
    assert confirmed.decision is not None
    assert confirmed.decision.reason == DecisionReason.FAILURE_TO_REPROCESS
    moved = claims.complete(filed.claim.id, order_number=another)
    assert moved.claim.charge == another
    assert moved.decision is not None
    assert moved.decision.reason == DecisionReason.FAILURE_TO_BE_VERIFIED


def test_a_twin_that_nobody_has_seen_is_not_approved_by_what_was_said_of_another_charge(claims: Claims) -> None:
    filed = claims.file(ClaimReason.CHARGED_TWICE, claims.pay(), evidence=[SCREENSHOT])
    claim_operating.confirm(claims.stage.context, filed.claim.id, operator="olga", why="looks odd")
    price = claims.stage.price("Studio", 7000)
    claims.stage.subscribe(ALICE, price)
    claims.stage.advance(minutes=2)
    claims.stage.subscribe(ALICE, price)
    twin = claims.charges()[-1]
    moved = claims.complete(filed.claim.id, order_number=twin)
    assert moved.decision is not None
    assert (moved.claim.state, moved.decision.reason) == (ClaimState.REFERRED, DecisionReason.TWIN_NEEDS_APPROVAL)


def test_naming_the_same_charge_in_another_way_keeps_the_finding(claims: Claims) -> None:
    charge = claims.pay(order="order-1")
    filed = claims.file(ClaimReason.NOT_DELIVERED, charge, evidence=[SCREENSHOT])
    claim_operating.confirm(claims.stage.context, filed.claim.id, operator="olga", why="our bug")
    renamed = claims.complete(filed.claim.id, order_number="order-1")
    assert renamed.decision is not None
    assert renamed.decision.reason == DecisionReason.FAILURE_TO_REPROCESS
