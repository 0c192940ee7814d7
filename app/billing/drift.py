"""Compares the mirror with Stripe, a slice at a time, and has what differs fetched."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import orjson
from prometheus_client import Counter

from app.billing.context import Context
from app.billing.pace import Pace
from app.billing.stripe_rest import asking
from app.db import drift_reads, fetch_request, inbox, sweep_cursor
from app.db.drift_reads import AuditedRow
from app.db.fetch_request import FetchWish
from app.db.sweep_cursor import Cursor
from app.errors import StripeMissing, StripeRests, StripeUnavailable
from app.logs import log
from app.policy.drift import Cause, FieldDrift, field_drifts, likely_cause, tells
from app.policy.stripe_trouble import EVERYTHING, concerned
from app.stripe_gateway.fetched import Body
from app.stripe_gateway.fetching import FETCHABLE, fetch

NAME = "drift"
SLICE = 100
PACE = Pace(5)  # leaves most of Stripe's 25 a second to those who wait for an answer
PASS_EVERY = timedelta(hours=20)
LEASE = timedelta(minutes=5)  # longer than a slice
KINDS = tuple(sorted(FETCHABLE))

_COMPARED = Counter("paidthrough_drift_compared", "Mirrored objects compared with Stripe, by kind", ["kind"])
_FOUND = Counter("paidthrough_drift_found", "Mirrored objects that differed from Stripe", ["kind", "cause"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """An object that differs; no fields if Stripe has none."""

    kind: str
    object_id: str
    cause: Cause
    fields: tuple[FieldDrift, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftReport:
    compared: int = 0
    differed: int = 0


def run(context: Context, *, limit: int = SLICE, pace: Pace | None = None) -> DriftReport:
    """Go on with the audit where the last slice ended, once a day through the whole mirror.

    Any number of processes may try, one compares.
    """
    lease = uuid4().hex
    with context.db.write() as tx:
        now = context.clock()
        cursor = sweep_cursor.claim(tx, NAME, lease=lease, until=now + LEASE, now=now)
    if cursor is None:
        return DriftReport()
    walk = _Walk(context, cursor, pace)
    try:
        walk.go(limit)
    except StripeUnavailable as error:
        log.warning("drift.stripe_away", error=str(error))
    finally:
        with context.db.write() as tx:
            sweep_cursor.move(tx, walk.cursor, lease=lease, until=context.clock())
            sweep_cursor.release(tx, walk.cursor, lease=lease)
    return DriftReport(compared=walk.compared, differed=walk.differed)


def audit(context: Context, *, kind: str | None, limit: int, pace: Pace | None = None) -> tuple[int, list[Drift]]:
    """Compare now, from the mirror's beginning on, without moving the daily audit: how many, and what differs."""
    begin = Cursor(NAME, f"{kind or KINDS[0]} ", None, 0, context.clock(), None)
    wanted = [each for each in _slice(context, begin, limit) if kind in (None, each[0])]
    found = [compare(context, each, object_id, pace=pace) for each, object_id in wanted]
    return len(wanted), [each for each in found if each is not None]


def compare(context: Context, kind: str, object_id: str, *, pace: Pace | None = None) -> Drift | None:
    """How the mirror's object differs from Stripe's; a difference is told, counted, and fetched.

    Raises:
        StripeUnavailable: ask again later.
    """
    (pace or PACE).keep(NAME)
    _COMPARED.labels(kind).inc()
    began_at = context.clock()
    try:
        theirs = fetch(context.stripe, kind, object_id).body
    except StripeMissing:
        return _tell(context, Drift(kind=kind, object_id=object_id, cause=Cause.GONE, fields=()))
    with context.db.read() as tx:
        row = drift_reads.row_of(tx, kind, object_id)
        overtaken = inbox.stored_since(tx, [object_id], began_at)
    if row is None or overtaken:
        return None  # it changed while we looked
    if theirs.get("deleted") is True:
        fields: tuple[FieldDrift, ...] = (FieldDrift(path="deleted", ours=False, theirs=True),)
    else:
        fields = tuple(field_drifts(orjson.loads(row.body), theirs))
    if not fields:
        return None
    return _tell(context, Drift(kind=kind, object_id=object_id, cause=_cause(context, row, theirs), fields=fields))


def _cause(context: Context, row: AuditedRow, theirs: Body) -> Cause:
    with context.db.read() as tx:
        failed, waiting = drift_reads.failed_about(tx, [row.id]), drift_reads.being_fetched(tx, [row.id])
        stored = [(kind, orjson.loads(body)) for kind, body in drift_reads.told_since(tx, row)]
    told = any(tells(event, kind, ours=orjson.loads(row.body), theirs=theirs) for kind, event in stored)
    return likely_cause(failed_event=bool(failed), being_fetched=bool(waiting), resolved=row.resolved, told=told)


class _Walk:
    def __init__(self, context: Context, cursor: Cursor, pace: Pace | None) -> None:
        self.cursor = cursor
        self.compared = self.differed = 0
        self._context = context
        self._pace = pace

    def go(self, limit: int) -> None:
        now, reached = self._context.clock(), self.cursor.reached_at
        if self.cursor.position is None and reached is not None and now - reached < PASS_EVERY:
            return
        for kind, object_id in _slice(self._context, self.cursor, limit):
            try:
                with asking(self._context, kind):
                    self.differed += compare(self._context, kind, object_id, pace=self._pace) is not None
            except StripeUnavailable as error:
                if _is_of_the_object(error, kind):
                    self._past(kind, object_id)
                raise
            self.compared += 1
            self._past(kind, object_id)
        if self.compared < limit:
            self.cursor = self.cursor._replace(position=None, reached_at=self._context.clock())

    def _past(self, kind: str, object_id: str) -> None:
        self.cursor = self.cursor._replace(position=f"{kind} {object_id}", counted=self.cursor.counted + 1)


def _is_of_the_object(error: StripeUnavailable, kind: str) -> bool:
    """The next slice must not stand still before it."""
    if isinstance(error, StripeRests):
        return False
    return concerned(kind, status=error.status, code=error.code) != EVERYTHING


def _slice(context: Context, cursor: Cursor, limit: int) -> Iterator[tuple[str, str]]:
    at_kind, _, last = (cursor.position or f"{KINDS[0]} ").partition(" ")
    for kind in KINDS[KINDS.index(at_kind) if at_kind in KINDS else 0 :]:
        with context.db.read() as tx:
            ids = drift_reads.ids_after(tx, kind, last if kind == at_kind else "", limit=limit)
        yield from ((kind, object_id) for object_id in ids)
        limit -= len(ids)
        if limit <= 0:
            return


def _tell(context: Context, drift: Drift) -> Drift:
    _FOUND.labels(drift.kind, drift.cause.name.lower()).inc()
    shown = {field.path: [field.ours, field.theirs] for field in drift.fields[:20]}
    log.warning("drift.found", kind=drift.kind, id=drift.object_id, cause=drift.cause.value, fields=shown)
    if drift.cause is not Cause.GONE:  # a key of another account must not empty the mirror
        now = context.clock()
        wish = FetchWish(kind=drift.kind, object_id=drift.object_id, why="drift", requested_at=now, due_at=now)
        with context.db.write() as tx:
            fetch_request.request(tx, [wish])
    return drift
