"""Applies failed events once more, waiting longer each time, and at last gives them to a person."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.alarms import alarm
from app.billing.context import Context
from app.billing.mirror import apply_stored
from app.db import inbox_due
from app.db.inbox_due import FailedEvent
from app.logs import log

FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=6)
MOST_ATTEMPTS = 10
RUN_SECONDS = 30  # then the rest waits for the next run, so that a stop never waits long
LEASE = timedelta(minutes=5)  # longer than a run


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryReport:
    """How many events were applied at last, how many wait on, and how many wait for a person now."""

    applied: int = 0
    failed: int = 0
    quarantined: int = 0

    def and_also(self, other: "RetryReport") -> "RetryReport":
        return RetryReport(
            applied=self.applied + other.applied,
            failed=self.failed + other.failed,
            quarantined=self.quarantined + other.quarantined,
        )


def run(context: Context, *, limit: int = 200) -> RetryReport:
    """Try what is due, `limit` at a time; any number of processes may do so at once."""
    report, ends = RetryReport(), time.monotonic() + RUN_SECONDS
    while claimed := _claim(context, limit):
        report = report.and_also(_try(context, claimed))
        if len(claimed) < limit or time.monotonic() > ends:
            break
    return report


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    longer: int = 1 << min(attempts - 1, 20)
    return min(FIRST_BACKOFF * longer, LONGEST_BACKOFF)


def _claim(context: Context, limit: int) -> list[FailedEvent]:
    now = context.clock()
    with context.db.read() as tx:
        if not inbox_due.any_due(tx, now):
            return []
    with context.db.write() as tx:
        return inbox_due.claim(tx, now=now, limit=limit, until=now + LEASE)


def _try(context: Context, claimed: Sequence[FailedEvent]) -> RetryReport:
    outcomes: Mapping[str, object] = apply_stored(context, [event.id for event in claimed])
    whys = {each: repr(outcome)[:500] for each, outcome in outcomes.items() if isinstance(outcome, Exception)}
    failed = [event for event in claimed if event.id in whys]
    return _record(context, failed, whys, applied=len(claimed) - len(failed))


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
