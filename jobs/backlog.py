"""Counts what waits, and what is not asked of Stripe, so that somebody can be told when it grows."""

from dataclasses import dataclass

from prometheus_client import Gauge

from app.billing.context import Context
from app.db import fetch_request, inbox_due, stripe_rest
from app.db.inbox import InboxState
from app.policy.stripe_trouble import EVERYTHING
from app.stripe_gateway.fetching import FETCHABLE

_WAITING = Gauge("paidthrough_waiting", "What waits: failed and quarantined events, objects to fetch", ["what"])
_RESTS = Gauge(
    "paidthrough_stripe_rests",
    "How often in a row Stripe had trouble with objects of a kind, or with everything (*); 0: it may be asked",
    ["what"],
)
_RESTING = (EVERYTHING, "event", *sorted(FETCHABLE))


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    failed_events: int
    quarantined_events: int
    pending_fetches: int


def count(context: Context) -> Backlog:
    with context.db.read() as tx:
        events = inbox_due.counts(tx)
        waiting = fetch_request.waiting(tx)
        rests = stripe_rest.known(tx)
    backlog = Backlog(
        failed_events=events.get(InboxState.FAILED, 0),
        quarantined_events=events.get(InboxState.QUARANTINED, 0),
        pending_fetches=waiting,
    )
    _WAITING.labels("failed_events").set(backlog.failed_events)
    _WAITING.labels("quarantined_events").set(backlog.quarantined_events)
    _WAITING.labels("pending_fetches").set(backlog.pending_fetches)
    for name in {*_RESTING, *rests}:
        _RESTS.labels(name).set(rests[name].failures if name in rests else 0)
    return backlog
