"""Reads Stripe's own list of events for what the webhook never brought, and takes it."""

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from prometheus_client import Counter, Gauge

from app.alarms import alarm
from app.billing.context import Context
from app.billing.gap_stretch import Stretch, read_stretch, take_stretch
from app.billing.pace import Pace
from app.billing.stripe_rest import asking
from app.db import sweep_cursor
from app.db.sweep_cursor import Cursor
from app.errors import StripeKeyRefused, StripeRests, StripeUnavailable
from app.logs import log
from app.policy.envelope import Envelope
from app.policy.instants import from_epoch
from app.policy.stripe_trouble import Patience
from app.stripe_gateway.event_list import HORIZON_DAYS, Events, UnknownEvent, events_after, events_since

NAME = "events"
PACE = Pace(5)  # pages a second; Stripe allows 25 for one endpoint
RUN_SECONDS = 30  # then the rest waits for the next run, so that a stop never waits long
LEASE = timedelta(minutes=2)
OVERLAP = timedelta(minutes=15)
"""How far behind the list's end the next walk begins: events may be listed later than others of their second."""

KIND = "event"
PATIENCE = Patience(shortest=timedelta(minutes=5), longest=timedelta(hours=1))
"""With trouble about the list alone: what is missing is listed for thirty days."""

ALARM_AFTER = timedelta(days=7)
"""Without a walk to the list's end for so long; what is older than thirty days could never be found."""

_MISSED = Counter("paidthrough_missed_events", "Events that the webhook never brought, by type", ["type"])
_BEHIND = Gauge("paidthrough_gap_sweep_behind_seconds", "Since a walk last came to the end of Stripe's list of events")


@dataclass(frozen=True, kw_only=True, slots=True)
class GapReport:
    """How many events were read, how many of them had been missing, and how many of those could not be applied."""

    read: int = 0
    missing: int = 0
    failed: int = 0


Tell = Callable[[Sequence[Envelope]], None]


def run(context: Context, *, pace: Pace = PACE, tell: Tell = lambda _: None, somebody_waits: bool = False) -> GapReport:
    """Walk from where the last walk came; any number of processes may try, one walks. `tell` hears what was missing;
    where somebody waits, Stripe is asked although the jobs leave it alone."""
    lease = uuid4().hex
    with context.db.write() as tx:
        now = context.clock()
        cursor = sweep_cursor.claim(tx, NAME, lease=lease, until=now + LEASE, now=now)
    if cursor is None:
        return GapReport()
    walk = _Walk(context, cursor, lease, pace, tell, somebody_waits)
    try:
        walk.go()
    except StripeUnavailable as error:
        _tell_away(error)
    finally:
        with context.db.write() as tx:
            sweep_cursor.release(tx, walk.cursor, lease=lease)
    _tell_behind(walk.cursor, context.clock())
    return walk.report()


class _Walk:
    def __init__(
        self, context: Context, cursor: Cursor, lease: str, pace: Pace, tell: Tell, somebody_waits: bool
    ) -> None:
        self.cursor = cursor
        self._tell = tell
        self._somebody_waits = somebody_waits
        self._context = context
        self._lease = lease
        self._pace = pace
        self._ends = time.monotonic() + RUN_SECONDS
        self._read = self._failed = 0
        self._missing: Tally[str] = Tally()

    def go(self) -> None:
        listed = self._begin()
        while self._take(listed) and listed.more and time.monotonic() < self._ends:
            listed = self._after(listed.events[-1]["id"])

    def report(self) -> GapReport:
        if self._missing:
            log.warning("gap_sweep.missed", count=self._missing.total(), types=dict(self._missing.most_common()))
        return GapReport(read=self._read, missing=self._missing.total(), failed=self._failed)

    def _begin(self) -> Events:
        if self.cursor.position is not None:
            try:
                return self._after(self.cursor.position)
            except UnknownEvent:
                log.info("gap_sweep.cursor_aged_out", position=self.cursor.position)
        since = self._last_known()
        log.info("gap_sweep.looks_back", since=str(since))
        return self._since(since)

    def _last_known(self) -> datetime:
        """From when on events may be missing, where no event that is still listed tells it: at first, and in an account
        where little happens. At first that is as far as Stripe goes back: the webhook may have been deaf ever since."""
        now, horizon = self._context.clock(), timedelta(days=HORIZON_DAYS)
        watched, reached = self.cursor.reached_at or self.cursor.began_at, self.cursor.reached_at or now - horizon
        if now - watched > horizon:
            alarm("gap_sweep.events_lost", since=str(watched), mend="paidthrough backfill --again")
        position_at = self.cursor.position_at
        known = reached if position_at is None else min(reached, from_epoch(position_at))
        return max(known - OVERLAP, now - horizon)

    def _after(self, event: str) -> Events:
        with self._asking():
            self._pace.keep(NAME)
            return events_after(self._context.stripe, event)

    def _since(self, since: datetime) -> Events:
        until = self._context.clock() + timedelta(days=1)  # Stripe's clock may be ahead of ours
        with self._asking():
            return events_since(
                self._context.stripe,
                since=int(since.timestamp()),
                until=int(until.timestamp()),
                before_each=lambda: self._pace.keep(NAME),
            )

    def _asking(self) -> AbstractContextManager[None]:
        return nullcontext() if self._somebody_waits else asking(self._context, KIND, patience=PATIENCE)

    def _take(self, listed: Events) -> bool:
        """False if another process has taken over."""
        stretch = read_stretch(self._context, listed.events, overlap=OVERLAP)
        self._failed += take_stretch(self._context, stretch)
        self._count(stretch)
        return self._move(stretch, at_end=not listed.more)

    def _count(self, stretch: Stretch) -> None:
        self._read += stretch.read
        self._tell(stretch.missing)
        self._missing.update(_types(stretch))
        for kind in _types(stretch):
            _MISSED.labels(kind).inc()

    def _move(self, stretch: Stretch, *, at_end: bool) -> bool:
        now, anchor = self._context.clock(), stretch.anchor
        if anchor is not None:
            self.cursor = self.cursor._replace(position=anchor.id, position_at=anchor.created)
        if at_end:
            self.cursor = self.cursor._replace(reached_at=now)
        self.cursor = self.cursor._replace(counted=self.cursor.counted + len(stretch.missing))
        with self._context.db.write() as tx:
            return sweep_cursor.move(tx, self.cursor, lease=self._lease, until=now + LEASE)


def _types(stretch: Stretch) -> Iterable[str]:
    return (event.type for event in stretch.missing)


def _tell_away(error: StripeUnavailable) -> None:
    if isinstance(error, StripeRests):
        log.info("gap_sweep.waits", why=str(error))
    elif isinstance(error, StripeKeyRefused):
        alarm("gap_sweep.key_refused", error=str(error))
    else:
        log.warning("gap_sweep.stripe_away", error=str(error))


def _tell_behind(cursor: Cursor, now: datetime) -> None:
    since = cursor.reached_at or cursor.began_at
    _BEHIND.set((now - since).total_seconds())
    if now - since > ALARM_AFTER:
        alarm("gap_sweep.behind", since=str(since), position=cursor.position)
