"""Applies failed events once more, waiting longer each time, and at last gives them to a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.alarms import alarm
from app.billing.context import Context
from app.billing.mirror import apply_stored
from app.db import inbox_due
from app.db.inbox import InboxState
from app.db.inbox_due import FailedEvent
from app.logs import log

FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=6)
MOST_ATTEMPTS = 10
LEASE = timedelta(minutes=5)  # longer than a run


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryReport:
    """How many events were applied at last, how many wait on, and how many wait for a person now."""

    applied: int = 0
    failed: int = 0
    quarantined: int = 0


def run(context: Context, *, limit: int = 100) -> RetryReport:
    """Try what is due; any number of processes may do so at once."""
    with context.db.read() as tx:
        if not inbox_due.any_due(tx, context.clock()):
            return RetryReport()
    with context.db.write() as tx:
        now = context.clock()
        claimed = inbox_due.claim(tx, now=now, limit=limit, until=now + LEASE)
    whys = {event.id: why for event in claimed if (why := _why_not(context, event))}
    return _record(context, [event for event in claimed if event.id in whys], whys, applied=len(claimed) - len(whys))


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    longer: int = 1 << min(attempts - 1, 20)
    return min(FIRST_BACKOFF * longer, LONGEST_BACKOFF)


def _why_not(context: Context, event: FailedEvent) -> str | None:
    """None if the event could be applied."""
    try:
        outcome: InboxState | Exception | None = apply_stored(context, [event.id]).get(event.id)
    except Exception as error:  # noqa: BLE001 - one bad event must not stop the rest
        outcome = error
    return repr(outcome)[:500] if isinstance(outcome, Exception) else None


def _record(context: Context, failed: Sequence[FailedEvent], whys: Mapping[str, str], *, applied: int) -> RetryReport:
    given_up = [event for event in failed if event.attempts >= MOST_ATTEMPTS]
    waiting = [event for event in failed if event.attempts < MOST_ATTEMPTS]
    now = context.clock()
    if failed:
        with context.db.write() as tx:
            inbox_due.put_off(tx, {event.id: now + backoff(event.attempts) for event in waiting}, whys=whys)
            inbox_due.quarantine(tx, {event.id: whys[event.id] for event in given_up})
    for event in waiting:
        log.warning("inbox.failed_again", id=event.id, type=event.type, attempts=event.attempts, error=whys[event.id])
    for event in given_up:
        alarm("inbox.quarantined", id=event.id, type=event.type, attempts=event.attempts, error=whys[event.id])
    return RetryReport(applied=applied, failed=len(waiting), quarantined=len(given_up))
