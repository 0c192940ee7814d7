"""What a customer is told after asking to cancel or to resume."""

from dataclasses import dataclass
from datetime import datetime

from app.db.cancellation import HeldRequest, OpenRequest
from app.policy.cancellation_facts import CancellationFacts
from app.policy.cancellation_steps import Action, CancelResult
from app.policy.instants import stripe_instant

_SAYS_WHEN = frozenset(
    {
        CancelResult.SCHEDULED,
        CancelResult.ALREADY_ENDING,
        CancelResult.RENEWED_BEFORE_CANCEL,
        CancelResult.RENEWAL_STOPPED,
        CancelResult.CANCELED_NOW,
        CancelResult.ALREADY_ENDED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelOutcome:
    """`ends_at` is when the subscription ends or ended; for a cancellation that is only recorded, when it should.

    `released_schedule` is the plan whose changes were dropped for it.
    """

    result: CancelResult
    ends_at: datetime | None = None
    requested_at: datetime | None = None
    released_schedule: str | None = None


def found(result: CancelResult, facts: CancellationFacts) -> CancelOutcome:
    """The answer where nothing had to be done: it is as somebody asked before."""
    asked = facts.subscription.canceled_at if result is CancelResult.ALREADY_ENDING else None
    return CancelOutcome(result=result, ends_at=_end(result, facts), requested_at=asked)


def settled(result: CancelResult, facts: CancellationFacts, held: HeldRequest) -> CancelOutcome:
    return CancelOutcome(
        result=result,
        ends_at=_end(result, facts),
        requested_at=held.requested_at,
        released_schedule=held.released_schedule,
    )


def recorded(request: OpenRequest | HeldRequest) -> CancelOutcome:
    ends_at = stripe_instant(request.period_end) if request.action == Action.CANCEL else None
    return CancelOutcome(result=CancelResult.RECORDED, ends_at=ends_at, requested_at=request.requested_at)


def _end(result: CancelResult, facts: CancellationFacts) -> datetime | None:
    return facts.ends_at if result in _SAYS_WHEN else None
