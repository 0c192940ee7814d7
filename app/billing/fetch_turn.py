"""Whose turn it is to fetch, and what: all that is due, or one object to see whether Stripe's trouble is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from uuid import uuid4

from app.billing.context import Context
from app.billing.stripe_rest import probe, resting
from app.db import fetch_request, stripe_rest, sweep_cursor
from app.db.engine import Tx
from app.db.fetch_request import LeasedFetch
from app.db.sweep_cursor import Cursor
from app.policy.stripe_trouble import EVERYTHING

NAME = "fetches"
LASTS = timedelta(seconds=15)  # longer than calls are begun in a run
LEASE_SECONDS = 120  # longer than a run and the last call's time-outs


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What is ours to fetch; `probes` are the kinds of which one object is, or everything, to see how Stripe is."""

    cursor: Cursor
    lease: str
    leased: tuple[LeasedFetch, ...]
    probes: frozenset[str]


def take_turn(context: Context, *, limit: int) -> Turn | None:
    """None if another process has it, if nothing is due, or if what is due rests."""
    with context.db.read() as tx:
        now = context.clock()
        rests = resting(stripe_rest.known(tx), now=now)
        if EVERYTHING in rests or not fetch_request.any_due(tx, now, but_not=rests):
            return None
    lease = uuid4().hex
    with context.db.write() as tx:
        now = context.clock()
        cursor = sweep_cursor.claim(tx, NAME, lease=lease, until=now + LASTS, now=now)
        if cursor is None:
            return None
        leased, probes = _lease(tx, lease, limit=limit, now=now)
    return Turn(cursor=cursor, lease=lease, leased=tuple(leased), probes=frozenset(probes))


def end_turn(context: Context, turn: Turn) -> None:
    with context.db.write() as tx:
        sweep_cursor.release(tx, turn.cursor, lease=turn.lease)


def _lease(tx: Tx, lease: str, *, limit: int, now: datetime) -> tuple[list[LeasedFetch], set[str]]:
    """With the probes among them."""
    claim = partial(fetch_request.claim, tx, now=now, lease=lease, lease_seconds=LEASE_SECONDS)
    known = stripe_rest.hold(tx)
    rests = resting(known, now=now)
    tries = {name: known[name] for name in known.keys() - rests}
    if EVERYTHING in rests:
        return [], set()
    if EVERYTHING in known:
        found = {EVERYTHING: claim(limit=1, but_not=rests, least_tried=True)}
        leased = []
    else:
        found = {name: claim(limit=1, kind=name, least_tried=True) for name in sorted(tries)}
        leased = claim(limit=limit, but_not=known.keys())
    probes = {name for name, of_it in found.items() if of_it}
    probe(tx, {name: tries[name] for name in probes}, now=now)
    return [*leased, *chain.from_iterable(found.values())], probes
