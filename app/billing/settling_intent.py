"""Commits what is about to be asked of Stripe: the charge is reserved, the attempt has its number and its key."""

from dataclasses import dataclass
from datetime import datetime

from app.billing.context import Context
from app.billing.settling_claims import bring
from app.billing.settling_lease import kept_lease
from app.billing.settling_view import View, is_under_way
from app.db import live_refund, settlement_attempt
from app.db.claim import claim_by_id
from app.db.engine import Tx
from app.db.settlement import HeldSettlement
from app.db.settlement_attempt import Attempt, SettlementAttempt
from app.db.standing_lock import stands_well
from app.policy.claim_states import ClaimState, SettlementStep, StepState
from app.policy.settlement_course import Take
from app.policy.settlement_marks import KEY_IS_KNOWN, step_key

_MAY_SETTLE = frozenset({ClaimState.APPROVED, ClaimState.SETTLING, ClaimState.REOPENED})


class Covered(Exception):
    """Another claim refunds this pair."""

    def __init__(self, claim: str) -> None:
        super().__init__(claim)
        self.claim = claim


class NoLongerApproved(Exception):
    """The claim was moved on meanwhile."""


class StandingLost(Exception):
    """The user was suspended or terminated after the approval: nothing is refunded (4.1)."""


class NothingKept(Exception):
    """Of this pair or of another one, the payment that is to stay would be refunded too."""


class UnderWay(Exception):
    """An earlier call of this step may still have its effect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    key: str
    number: int
    customer: str | None


def intend(context: Context, held: HeldSettlement, view: View, step: Take) -> Intent:
    """Raises Covered, NothingKept, NoLongerApproved, StandingLost, UnderWay, Superseded; then nothing was written."""
    now = context.clock()
    with context.db.write() as tx:
        live_refund.lock_charges(tx, (held.kept, held.extra))
        kept_lease(tx, held, now=now)
        _reserve(tx, held, step, now)
        return _again(tx, held, view, step, now) or _anew(tx, held, view, step, now)


def _reserve(tx: Tx, held: HeldSettlement, step: Take, now: datetime) -> None:
    """From here on nobody else refunds this charge, and nobody refunds the one that is kept."""
    giving_back = step.step == SettlementStep.RESTORE_CREDIT
    claim = claim_by_id(tx, held.claim)
    if not giving_back and (claim is None or claim.state not in _MAY_SETTLE):
        raise NoLongerApproved
    if not giving_back and claim is not None and not stands_well(tx, claim.uid):
        raise StandingLost
    if not giving_back and (other := live_refund.taken(tx, held.kept)):
        raise Covered(other.claim) if other.kept == held.extra else NothingKept
    if not giving_back and live_refund.is_kept(tx, held.extra):
        raise NothingKept
    owner = live_refund.take(tx, charge=held.extra, kept=held.kept, claim=held.claim, now=now)
    if owner != held.claim:
        raise Covered(owner)
    if not giving_back:
        bring(tx, held.claim, [ClaimState.SETTLING], at=now, what="settling_began")


def _again(tx: Tx, held: HeldSettlement, view: View, step: Take, now: datetime) -> Intent | None:
    """The last attempt, while Stripe knows its key and so does nothing twice."""
    for attempt in view.attempts:
        if (attempt.step, attempt.state) != (step.step, StepState.INTENDED):
            continue
        if _is_the_same(attempt, held, step, now):
            settlement_attempt.change(tx, attempt.key, called_at=now)
            return Intent(key=attempt.key, number=attempt.number, customer=attempt.customer)
        if is_under_way(attempt, now):
            raise UnderWay(attempt.key)
        nothing = "Stripe shows nothing of it"
        settlement_attempt.change(tx, attempt.key, state=str(StepState.REFUSED), finished_at=now, error=nothing)
    return None


def _is_the_same(attempt: Attempt, held: HeldSettlement, step: Take, now: datetime) -> bool:
    """Not one that Stripe has answered with a failure, which it would only repeat."""
    ours = (attempt.claim, attempt.round, attempt.amount) == (held.claim, held.round, step.amount)
    return ours and not attempt.answered and now < attempt.intended_at + KEY_IS_KNOWN


def _anew(tx: Tx, held: HeldSettlement, view: View, step: Take, now: datetime) -> Intent:
    number = settlement_attempt.next_number(tx, extra=held.extra, step=str(step.step))
    made = SettlementAttempt(
        key=step_key(step=step.step, extra=held.extra, attempt=number),
        claim=held.claim,
        round=held.round,
        step=str(step.step),
        extra=held.extra,
        number=number,
        state=StepState.INTENDED,
        amount=step.amount,
        customer=_payer(view, step),
        stripe_id=step.proof.subscription_to_end if step.proof and step.step == SettlementStep.END_TWIN else None,
        intended_at=now,
        called_at=now,
    )
    settlement_attempt.intend(tx, made)
    return Intent(key=made.key, number=number, customer=made.customer)


def _payer(view: View, step: Take) -> str | None:
    """Whose credit is changed: it is given back to whom it was taken from."""
    match step.step:
        case SettlementStep.REVERSE_CREDIT:
            return step.proof.extra.customer if step.proof else None
        case SettlementStep.RESTORE_CREDIT:
            return next(each.customer for each in view.attempts if each.customer)
    return None
