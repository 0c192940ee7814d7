"""The 24 hours within which a claim counts (clause 2.3), and the time to complete it (clause 5.1)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.policy.claim_reasons import ClaimReason
from app.policy.refund_facts import Window

WINDOW = timedelta(hours=24)
TIME_TO_COMPLETE = timedelta(days=7)
TIME_TO_SETTLE = timedelta(hours=24)  # an open Checkout session expires within this time


def counts_from(
    reason: ClaimReason, *, charged_at: Iterable[datetime], failed_at: Iterable[datetime] = ()
) -> datetime | None:
    """When the 24 hours begin: with the later charge of a pair, and for what was not delivered not before it failed."""
    charged = list(charged_at)
    if not charged:
        return None
    failed = failed_at if reason is ClaimReason.NOT_DELIVERED else ()
    return max((*charged, *failed))


def claim_deadline(since: datetime) -> datetime:
    """The last instant that is in time."""
    return since + WINDOW


def complete_by(filed_at: datetime) -> datetime:
    return filed_at + TIME_TO_COMPLETE


def window_of(since: datetime | None, *, filed_at: datetime, contacted_at: datetime | None = None) -> Window:
    """`contacted_at` is when support was contacted, as an operator recorded it; it can only help the customer."""
    if since is None:
        return Window.NOTHING_CHARGED
    came_at = min(filed_at, contacted_at or filed_at)
    return Window.IN_TIME if came_at <= claim_deadline(since) else Window.TOO_LATE
