"""The mirror's three ways in: events from Stripe, stored events once more, and answers to our own questions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import orjson
import structlog

from app.billing.context import Context
from app.billing.mirror_batch import apply_events
from app.billing.mirror_fetched import FetchedOutcome, apply_fetched
from app.db import inbox
from app.db.engine import DatabaseError, stored_or_refused
from app.db.inbox import InboxState
from app.errors import NotStored
from app.policy.envelope import Envelope, read_envelope
from app.stripe_gateway.fetching import Fetched

log = structlog.get_logger(__name__)

RETRY_FIRST = timedelta(minutes=1)
AT_ONCE = 32


def take_events(context: Context, events: Sequence[Envelope]) -> list[InboxState | NotStored]:
    """Store and apply verified events in one transaction; each gets its own answer.

    If the batch fails it is redone one event at a time, so that only the bad one is kept as failed.
    """
    now = context.clock()
    try:
        with stored_or_refused(), context.db.write() as tx:
            states = apply_events(tx, context, events, now=now)
        return [states[event.id] for event in events]
    except NotStored as away:
        return [away] * len(events)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises must not lose an event
        if len(events) > 1:
            return [_alone(context, event) for event in events]
        return [_keep_failed(context, events[0], error, now)]


def apply_stored(context: Context, ids: Collection[str]) -> dict[str, InboxState | Exception]:
    """Apply stored events once more, the oldest first; an error is returned beside its id and changes nothing."""
    with context.db.read() as tx:
        bodies = inbox.bodies(tx, ids)
    read = {event_id: _read(raw) for event_id, raw in bodies.items()}
    outcomes: dict[str, InboxState | Exception] = {
        event_id: error for event_id, error in read.items() if isinstance(error, Exception)
    }
    events = sorted((event for event in read.values() if isinstance(event, Envelope)), key=lambda it: it.created)
    for first in range(0, len(events), AT_ONCE):
        outcomes |= _again(context, events[first : first + AT_ONCE])
    return outcomes


def take_fetched(context: Context, fetched: Sequence[Fetched], *, began_at: datetime) -> FetchedOutcome:
    """Take Stripe's answers, asked for since `began_at` (our clock)."""
    with stored_or_refused(), context.db.write() as tx:
        return apply_fetched(tx, context, fetched, began_at=began_at, now=context.clock())


def _alone(context: Context, event: Envelope) -> InboxState | NotStored:
    return take_events(context, [event])[0]


def _read(raw: str) -> Envelope | Exception:
    try:
        return read_envelope(orjson.loads(raw), raw)
    except Exception as error:  # noqa: BLE001 - as if applying it had failed
        return error


def _again(context: Context, events: Sequence[Envelope]) -> dict[str, InboxState | Exception]:
    """In one transaction; if that fails, each in its own."""
    try:
        with stored_or_refused(), context.db.write() as tx:
            states = apply_events(tx, context, events, now=context.clock())
        return {event.id: states[event.id] for event in events}
    except Exception as error:  # noqa: BLE001 - the caller counts it and tries again
        if len(events) == 1 or isinstance(error, NotStored):
            return {event.id: error for event in events}
        return {event_id: outcome for event in events for event_id, outcome in _again(context, [event]).items()}


def _keep_failed(context: Context, event: Envelope, error: Exception, now: datetime) -> InboxState | NotStored:
    log.error("mirror.event_failed", id=event.id, type=event.type, error=repr(error))
    row = inbox.row_of(event, state=InboxState.FAILED, why=repr(error)[:500], now=now)
    try:
        with context.db.write() as tx:
            inbox.store(tx, [row | {"attempts": 1, "due_at": now + RETRY_FIRST}])
    except DatabaseError as away:
        return NotStored(str(away))
    return InboxState.FAILED
