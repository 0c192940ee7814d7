"""Notes what may be money given back, in the transaction that takes it into the mirror, so that none is overlooked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from app.db import money_sighting
from app.db.engine import Tx
from app.policy.envelope import Envelope
from app.policy.money_matters import PRORATION, matters_in
from app.stripe_gateway.fetched import Fetched

TOGETHER = timedelta(seconds=60)
"""The lines of one change come in several events: an upgrade's credit without its charge looks like a gift."""


class _Seen(NamedTuple):
    kind: str
    object_id: str
    created: int
    matters: frozenset[str]


def sight_events(tx: Tx, events: Iterable[Envelope], *, now: datetime) -> None:
    seen = (
        _Seen(event.kind, event.object_id, event.created, matters)
        for event in events
        if event.kind
        and event.object_id
        and (matters := matters_in(event.kind, event.type, event.object, event.previous))
    )
    _note(tx, seen, now)


def sight_fetched(tx: Tx, fetched: Iterable[Fetched], *, now: datetime) -> None:
    seen = (
        _Seen(each.kind, each.id, each.as_of, matters)
        for each in fetched
        if (matters := matters_in(each.kind, "", each.body))
    )
    _note(tx, seen, now)


def _note(tx: Tx, seen: Iterable[_Seen], now: datetime) -> None:
    rows = [
        {
            "matter": matter,
            "object_id": each.object_id,
            "object_kind": each.kind,
            "created": each.created,
            "seen_at": now,
            "due_at": now + TOGETHER if matter.startswith(PRORATION) else now,
            "attempts": 0,
        }
        for each in seen
        for matter in sorted(each.matters)
    ]
    if rows:  # in one order, so that two transactions cannot block each other
        money_sighting.note(tx, sorted(rows, key=lambda row: (row["matter"], row["object_id"])))
