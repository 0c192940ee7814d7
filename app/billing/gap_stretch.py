"""One stretch of Stripe's list of events: which of them are missing here, and taking those."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from app.alarms import alarm
from app.billing.context import Context
from app.billing.mirror import take_events
from app.db import inbox_known
from app.db.inbox import InboxState
from app.db.tables import MIRRORED
from app.errors import NotStored
from app.policy.envelope import CLOCK, Envelope, NotAnEvent, clock_of, read_envelope
from app.policy.instants import from_epoch
from app.stripe_gateway.fetched import Body

AT_ONCE = 50
ON_ITS_WAY = timedelta(minutes=1)
"""What is younger may still come by itself, and is left for the next walk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """`anchor` is the newest event that is done for good: the next walk begins behind it."""

    read: int
    missing: tuple[Envelope, ...]
    anchor: Envelope | None


def read_stretch(context: Context, listed: Sequence[Body], *, overlap: timedelta) -> Stretch:
    """Compare a stretch of the list with what is stored."""
    events = list(_readable(listed))
    with context.db.read() as tx:
        known = inbox_known.received_at(tx, [event.id for event in events])
    now = context.clock()
    waiting = {event.id for event in events if event.id not in known and _is_on_its_way(event, now)}
    return Stretch(
        read=len(listed),
        missing=tuple(
            event for event in events if event.id not in known and event.id not in waiting and event.kind in MIRRORED
        ),
        anchor=_anchor(events, known, waiting, before=now - overlap),
    )


def take_stretch(context: Context, stretch: Stretch) -> int:
    """Store and apply what is missing; returns how many events could not be applied, which are tried again later.

    Raises:
        NotStored: the database is away.
    """
    failed = 0
    for start in range(0, len(stretch.missing), AT_ONCE):
        for state in take_events(context, stretch.missing[start : start + AT_ONCE]):
            if isinstance(state, NotStored):
                raise state
            failed += state is InboxState.FAILED
    return failed


def _readable(listed: Iterable[Body]) -> Iterator[Envelope]:
    for body in listed:
        try:
            yield read_envelope(body, orjson.dumps(body).decode())
        except NotAnEvent as error:
            alarm("gap_sweep.unreadable", id=str(body.get("id")), error=str(error))


def _is_on_its_way(event: Envelope, now: datetime) -> bool:
    return abs(now - from_epoch(event.created)) < ON_ITS_WAY  # either way: the two clocks may differ


def _anchor(
    events: Sequence[Envelope], known: dict[str, datetime], waiting: set[str], *, before: datetime
) -> Envelope | None:
    """By Stripe's clock, or by ours for events of test clocks, which may carry their own time."""
    found = None
    for event in events:
        if event.id in waiting:
            break
        on_clock = event.kind == CLOCK or clock_of(event) is not None
        since = known.get(event.id) if on_clock else from_epoch(event.created)
        if since is not None and since <= before:
            found = event
    return found
