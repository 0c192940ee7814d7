"""Decides claims: reads the facts with no transaction open, asks the policy, and stores the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from app.billing import claim_facts
from app.billing.claim_facts import Gathered
from app.billing.claim_known import Known, facts_of, known, record_of, seen
from app.billing.claim_moves import MAY_GROW
from app.billing.claim_storing import Made, store
from app.billing.context import Context
from app.billing.stripe_rest import failed, rests
from app.db import claim as claims
from app.db.claim import ClaimRow, claim_by_id
from app.db.refund_decision import DecisionRow, decision_by_id
from app.errors import ClaimRefused, StripeUnavailable
from app.logs import log
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import OrderNumber
from app.policy.standing import Standing

POLICY = "policy"
FIRST_LOOK = timedelta(seconds=30)
LONGEST_LOOK = timedelta(minutes=15)
LEASE = timedelta(minutes=5)

Gather = Callable[[Context, ClaimRow], Gathered]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`decision` is the one that counts; None while Stripe could not be asked yet."""

    claim: ClaimRow
    decision: DecisionRow | None


def decide(context: Context, claim_id: str, *, by: str = POLICY, gather: Gather = claim_facts.gather) -> Answer:
    """The answer to a claim by what is known now. With Stripe away it stays as it is, and a job decides it."""
    claim = answer(context, claim_id).claim
    if claim.state in MAY_GROW:
        try:
            _decide(context, claim, by, gather)
        except StripeUnavailable as away:
            log.warning("claim_put_off", claim=claim.id, error=repr(away))
            failed(context, away)
            put_off(context, claim)
    return answer(context, claim_id)


def answer(context: Context, claim_id: str) -> Answer:
    with context.db.read() as tx:
        claim = claim_by_id(tx, claim_id)
        if claim is None:
            raise ClaimRefused("There is no such claim.")
        return Answer(claim=claim, decision=decision_by_id(tx, claim.decision) if claim.decision else None)


def decide_waiting(context: Context, *, limit: int = 50) -> int:
    """Look again at what could not be judged yet, also by what an operator found while Stripe was away; returns how
    many claims were decided. While Stripe rests they are left as due as they are."""
    if rests(context):
        return 0
    return _decide_due(context, {ClaimState.FILED, ClaimState.WAITING, ClaimState.REFERRED}, limit)


def expire_incomplete(context: Context, *, limit: int = 50) -> int:
    """Look at incomplete claims whose charge may have become known meanwhile, or whose time is over."""
    return _decide_due(context, {ClaimState.NEEDS_INFORMATION}, limit)


def put_off(context: Context, claim: ClaimRow) -> None:
    with context.db.write() as tx:
        claims.put_off(tx, claim, until=context.clock() + pause(claim.looks))


def pause(looks: int) -> timedelta:
    later: timedelta = FIRST_LOOK * 2 ** min(looks, 16)
    return min(later, LONGEST_LOOK)


def _decide(context: Context, claim: ClaimRow, by: str, gather: Gather) -> None:
    with context.db.read() as tx:
        ours = known(tx, claim)
    about = replace(claim, charge=ours.named.charge.charge) if ours.named.charge else claim
    stripes = gather(context, about) if _needs_stripe(claim, ours) else ours.mirrored
    record, now = record_of(claim, ours, stripes), context.clock()
    facts = facts_of(claim, record, now=now)
    made = Made(
        facts=facts,
        decision=decide_refund(facts),
        seen=seen(claim, ours, stripes, record),
        proof=stripes.proof,
        charge=ours.named.charge,
        by=by,
        at=now,
    )
    store(context, claim, made, next_look=now + pause(claim.looks))


def _needs_stripe(claim: ClaimRow, ours: Known) -> bool:
    """Only a duplicate is proven by Stripe's records, and only to somebody who may have anything back."""
    found = ours.named.number is OrderNumber.FOUND
    return found and claim.reason == ClaimReason.CHARGED_TWICE and ours.standing is Standing.GOOD


def _decide_due(context: Context, states: set[ClaimState], limit: int) -> int:
    now, decided = context.clock(), 0
    with context.db.write() as tx:
        due = claims.take_due(tx, states, now=now, until=now + LEASE, limit=limit)
    for claim in due:
        try:
            decided += decide(context, claim.id).claim.version != claim.version
        except Exception as error:  # noqa: BLE001 - one claim that cannot be judged never stops the others
            log.error("claim_not_decided", claim=claim.id, exc_info=error)
            put_off(context, claim)
    return decided
