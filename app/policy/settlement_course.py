"""What comes next on a duplicate's way back to the card, from what Stripe shows now and what was decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.policy.claim_states import ClaimState, SettlementStep
from app.policy.duplicate import Verdict
from app.policy.duplicate_verdict import Disproof, Disproved, Rule, Suspicion, Unsettled
from app.policy.verified_duplicate import VerifiedDuplicate

TIME_TO_SETTLE = timedelta(days=3)
FREEZING = frozenset({Disproof.DISPUTED, Disproof.FRAUD_WARNING})


class Stopped(StrEnum):
    """Why a settlement ends without a refund, beside the names of disproofs and suspicions."""

    ANOTHER_PAIR = "another_pair"
    MORE_THAN_DECIDED = "more_than_decided"
    CREDIT_CHANGED = "credit_changed"
    NEVER_SETTLED = "never_settled"
    NOTHING_KEPT = "nothing_kept"
    NO_LONGER_APPROVED = "no_longer_approved"
    STANDING_LOST = "standing_lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What the decision approved; nothing beyond it is ever paid."""

    rule: str
    kept: str
    extra: str
    amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Take:
    """Take this step. Whatever takes money from us needs the proof; giving credit back needs only its amount."""

    step: SettlementStep
    amount: int = 0
    proof: VerifiedDuplicate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    why: str
    ends_as: ClaimState = ClaimState.REFERRED


@dataclass(frozen=True, kw_only=True, slots=True)
class LookAgain:
    why: str


Course = Take | Stop | LookAgain


def next_step(decided: Decided, verdict: Verdict, *, reversed_credit: int, twin_ended: bool) -> Course:
    """`reversed_credit` is what of the overpayment's credit is taken back now, `twin_ended` whether we ended it."""
    match verdict:
        case VerifiedDuplicate():
            return _why_not(decided, verdict) or _next_step(verdict, reversed_credit, twin_ended)
        case Unsettled(why=not_yet):
            return LookAgain(why=str(not_yet))
        case Disproved(name=name):
            return Stop(why=str(name), ends_as=ClaimState.FROZEN if name in FREEZING else ClaimState.REFERRED)
        case Suspicion(why=why):
            return Stop(why=str(why))


def _why_not(decided: Decided, proof: VerifiedDuplicate) -> Stop | None:
    if (str(proof.rule), proof.kept.charge, proof.charge) != (decided.rule, decided.kept, decided.extra):
        return Stop(why=Stopped.ANOTHER_PAIR)
    return Stop(why=Stopped.MORE_THAN_DECIDED) if proof.amount > decided.amount else None


def _next_step(proof: VerifiedDuplicate, reversed_credit: int, twin_ended: bool) -> Course:
    if proof.rule is Rule.D and not twin_ended:
        return Take(step=SettlementStep.END_TWIN, proof=proof)
    wanted = proof.credit_to_reverse
    if reversed_credit == wanted:
        return Take(step=SettlementStep.REFUND, amount=proof.amount, proof=proof)
    if reversed_credit > wanted:
        # Somebody spent of the credit while it was being reversed: what we took too much is theirs.
        return Take(step=SettlementStep.RESTORE_CREDIT, amount=reversed_credit - wanted)
    if reversed_credit == 0:
        return Take(step=SettlementStep.REVERSE_CREDIT, amount=wanted, proof=proof)
    return Stop(why=Stopped.CREDIT_CHANGED)


def undo(reversed_credit: int, *, why: str, ends_as: ClaimState) -> Course:
    """What comes next once it is to stop: nothing that was changed for the refund may stay changed."""
    if reversed_credit > 0:
        return Take(step=SettlementStep.RESTORE_CREDIT, amount=reversed_credit)
    return Stop(why=why, ends_as=ends_as)


def is_over(started_at: datetime, now: datetime) -> bool:
    """Whether what has not settled at Stripe by now is no longer waited for."""
    return now >= started_at + TIME_TO_SETTLE
