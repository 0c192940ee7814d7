"""Replays the whole stored log into an empty mirror: the same mirror must come out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

import orjson

from app.billing.context import Context
from app.billing.mirror import take_events, take_fetched
from app.billing.rebuild_compare import Difference, differences
from app.db import inbox, log_walk
from app.db.engine import Database
from app.db.inbox import LOGGED
from app.db.log_walk import Row
from app.errors import NotStored, PaidthroughError
from app.policy.envelope import read_envelope
from app.policy.event_order import FETCHED
from app.stripe_gateway.fetched import Fetched

OBJECTS = 100  # at once
AT_ONCE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """How many entries were replayed, and in what the new mirror differs from the one that is in use."""

    entries: int
    differences: tuple[Difference, ...]


def rebuild(context: Context, into: Database) -> Rebuilt:
    """Replay into another database, at this version's schema and empty, and compare. Stripe is not asked.

    Raises:
        PaidthroughError: the other database is not empty.
    """
    there = replace(context, db=into)
    with into.read() as tx:
        if not log_walk.is_empty(tx):
            raise PaidthroughError("The database to rebuild into is not empty.")
    with context.db.read() as here, into.write() as tx:
        log_walk.copy_our_own(here, tx)
    entries = sum(_replay(there, rows) for rows in _log(context))
    return Rebuilt(entries=entries, differences=tuple(differences(context.db, into)))


def _log(context: Context) -> Iterator[list[Row]]:
    with context.db.read() as tx:
        yield log_walk.entries_about_nothing(tx)
    last = ""
    while True:
        with context.db.read() as tx:
            objects = log_walk.objects_after(tx, last, limit=OBJECTS)
            entries = log_walk.entries_of(tx, objects) if objects else []
        if not objects:
            return
        yield sorted(entries, key=_place)
        last = objects[-1]


def _place(entry: Row) -> tuple[object, ...]:
    """A fetched snapshot stands at the second of the newest event that it contains, so it comes after that one."""
    return entry["created"], entry["type"] == FETCHED, entry["received_at"], entry["id"]


def _replay(there: Context, entries: list[Row]) -> int:
    """What was not used when it came is kept beside, as it stood."""
    unused = [dict(entry) for entry in entries if entry["state"] not in LOGGED]
    if unused:
        with there.db.write() as tx:
            inbox.store(tx, unused)
    used = [entry for entry in entries if entry["state"] in LOGGED]
    for fetched, run in groupby(used, key=lambda entry: entry["type"] == FETCHED):
        together = list(run)
        for start in range(0, len(together), AT_ONCE):
            (_take_fetched if fetched else _take_events)(there, together[start : start + AT_ONCE])
    return len(entries)


def _take_events(there: Context, entries: Sequence[Row]) -> None:
    events = [read_envelope(orjson.loads(entry["body"]), entry["body"]) for entry in entries]
    for state in take_events(there, events):
        if isinstance(state, NotStored):
            raise state


def _take_fetched(there: Context, entries: Sequence[Row]) -> None:
    after_all = there.clock() + timedelta(days=1)  # nothing overtakes them: what did was noticed when they came
    for distinct in _distinct(entries):
        take_fetched(there, [_fetched(entry) for entry in distinct], began_at=after_all)


def _distinct(entries: Sequence[Row]) -> Iterator[list[Row]]:
    """One batch shows an object once."""
    batch: dict[str, Row] = {}
    for entry in entries:
        if entry["object_id"] in batch:
            yield list(batch.values())
            batch = {}
        batch[entry["object_id"]] = entry
    yield list(batch.values())


def _fetched(entry: Row) -> Fetched:
    return Fetched(
        kind=entry["object_kind"],
        id=entry["object_id"],
        body=orjson.loads(entry["body"])["data"]["object"],
        as_of=entry["created"],
        uncertain_until=entry["created"],  # whatever fell into the uncertainty has a later entry of its own
    )
