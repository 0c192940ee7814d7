"""What a person does with stored events: look at them, apply them once more, give up on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from app.billing.context import Context
from app.billing.inbox_retry import backoff
from app.billing.mirror import apply_stored
from app.db import inbox, inbox_due, inbox_search
from app.db.inbox_search import Found, Wanted
from app.logs import log

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """Where each event stands after it was applied once more; why, for those that failed."""

    states: dict[str, str]
    failures: dict[str, str]


def find(context: Context, wanted: Wanted, *, limit: int) -> list[Found]:
    with context.db.read() as tx:
        return inbox_search.find(tx, wanted, limit=limit)


def show(context: Context, event_id: str) -> tuple[Found, Any] | None:
    """An event and its body as it came."""
    with context.db.read() as tx:
        found = inbox_search.find(tx, Wanted(ids=(event_id,), fetched=True), limit=1)
        body = inbox.bodies(tx, [event_id]).get(event_id)
    return (found[0], orjson.loads(body)) if found and body is not None else None


def replay(context: Context, wanted: Wanted) -> Replayed:
    """Apply events once more, in the order in which they happened, whatever became of them before.

    An event that was applied already changes nothing: the mirror is ahead of it, or orders it as before.
    """
    outcome = Replayed(states={}, failures={})
    for batch in _batches(context, wanted):
        ids = [event.id for event in batch]
        with context.db.write() as tx:
            inbox_search.take_up_again(tx, ids, why="replayed by hand", now=context.clock())
        for event_id in ids:
            _apply(context, event_id, outcome)
    log.info("inbox.replayed", events=len(outcome.states), failed=len(outcome.failures))
    return outcome


def ignore(context: Context, wanted: Wanted, *, why: str) -> int:
    """Give up on failed and quarantined events; returns how many there were."""
    given_up = 0
    for batch in _batches(context, wanted):
        with context.db.write() as tx:
            given_up += inbox_search.leave_alone(tx, [event.id for event in batch], why=f"{inbox_search.BY_HAND}{why}")
    return given_up


def _batches(context: Context, wanted: Wanted) -> Iterator[list[Found]]:
    """All that is wanted now; an event whose state changes on the way is met once."""
    last = None
    while True:
        with context.db.read() as tx:
            found = inbox_search.find(tx, wanted, limit=AT_ONCE, after=last)
        if not found:
            return
        yield found
        last = found[-1]


def _apply(context: Context, event_id: str, outcome: Replayed) -> None:
    result = apply_stored(context, [event_id])[event_id]
    outcome.states[event_id] = str(inbox.InboxState.FAILED if isinstance(result, Exception) else result)
    if isinstance(result, Exception):
        outcome.failures[event_id] = why = repr(result)[:500]
        with context.db.write() as tx:
            inbox_due.put_off(tx, {event_id: context.clock() + backoff(1)}, whys={event_id: why})
