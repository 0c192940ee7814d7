"""Counts what waits, so that somebody can be told when it grows."""

from dataclasses import dataclass

from prometheus_client import Gauge

from app.billing.context import Context
from app.db import fetch_request, inbox_due
from app.db.inbox import InboxState

_WAITING = Gauge("paidthrough_waiting", "What waits: failed and quarantined events, objects to fetch", ["what"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    failed_events: int
    quarantined_events: int
    pending_fetches: int


def count(context: Context) -> Backlog:
    with context.db.read() as tx:
        events = inbox_due.counts(tx)
        waiting = fetch_request.waiting(tx)
    backlog = Backlog(
        failed_events=events.get(InboxState.FAILED, 0),
        quarantined_events=events.get(InboxState.QUARANTINED, 0),
        pending_fetches=waiting,
    )
    _WAITING.labels("failed_events").set(backlog.failed_events)
    _WAITING.labels("quarantined_events").set(backlog.quarantined_events)
    _WAITING.labels("pending_fetches").set(backlog.pending_fetches)
    return backlog
