"""Fills the mirror from a live account, list by list, and goes on where it was stopped."""

from collections.abc import Callable
from dataclasses import dataclass

from app.billing.backfill_course import ALL, COURSE, Leg
from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.billing.pace import Pace
from app.db import fetch_request, sweep_cursor
from app.db.fetch_request import FetchWish
from app.db.sweep_cursor import Cursor
from app.errors import StripeRefused, StripeUnavailable
from app.logs import log
from app.stripe_gateway.fetching import FETCHABLE
from app.stripe_gateway.listing import Listed, list_page

PER_SECOND = 10  # pages, over all lists; a Stripe sandbox allows 25 requests a second in all
PACE = Pace(PER_SECOND)
PREFIX = "backfill:"
AT_ONCE = 100  # a page in a transaction
MOST_IN_VAIN = 8  # waits in a row, about four minutes
LONGEST_WAIT = 60.0

Wait = Callable[[float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where a backfill stands: of `legs` lists `done` are read to their end; `counted` objects of this kind so far.
    `pages` were read by this run."""

    kind: str
    done: int
    legs: int
    counted: int
    pages: int
    resting: float = 0  # seconds until Stripe is asked again


Tell = Callable[[Progress], None]


def run(context: Context, *, tell: Tell, wait: Wait, pace: Pace = PACE, again: bool = False) -> dict[str, int]:
    """Read every list to its end and return how many objects of each kind were taken, also by runs before this one.

    Safe beside webhooks, and beside another run. `again` begins anew instead of going on.

    Raises:
        StripeUnavailable: Stripe was away for minutes; the next run goes on from here.
    """
    if again:
        _forget(context)
    fill = _Fill(context, tell, wait, pace)
    for leg in COURSE:
        fill.leg(leg)
    return fill.counted


class _Fill:
    def __init__(self, context: Context, tell: Tell, wait: Wait, pace: Pace) -> None:
        self.counted: dict[str, int] = {}
        self._context = context
        self._tell = tell
        self._wait = wait
        self._pace = pace
        self._done = self._pages = 0

    def leg(self, leg: Leg) -> None:
        with self._context.db.read() as tx:
            scopes = leg.scopes(tx)
            known = sweep_cursor.all_named(tx, f"{PREFIX}{leg.name}:")
        for scope in scopes:
            name = f"{PREFIX}{leg.name}:{scope}"
            fresh = Cursor(name, None, None, 0, self._context.clock(), None)
            self._list(leg, scope, known.get(name, fresh))
        self._done += 1
        self._say(leg)

    def _list(self, leg: Leg, scope: str, cursor: Cursor) -> None:
        before = self.counted.get(leg.kind, 0)
        self.counted[leg.kind] = before + cursor.counted
        while cursor.reached_at is None:
            self._say(leg)
            cursor = self._page(leg, scope, cursor)
            self.counted[leg.kind] = before + cursor.counted

    def _page(self, leg: Leg, scope: str, cursor: Cursor) -> Cursor:
        began_at = self._context.clock()
        try:
            listed = self._patiently(leg, lambda: self._ask(leg, scope, cursor.position))
        except StripeRefused as error:
            if error.code != "resource_missing" or (cursor.position is None and scope in ALL):
                raise
            if cursor.position is not None:
                log.info("backfill.from_the_start", leg=leg.name, scope=scope, gone=cursor.position)
                return cursor._replace(position=None, counted=0)
            log.info("backfill.passed_over", leg=leg.name, gone=scope)  # as a test clock that was thrown away
            listed = Listed(objects=(), last=None)
        for start in range(0, len(listed.objects), AT_ONCE):
            batch = listed.objects[start : start + AT_ONCE]
            self._ask_again(leg, take_fetched(self._context, batch, began_at=began_at).again)
        reached = self._context.clock() if listed.last is None else None
        counted = cursor.counted + len(listed.objects)
        moved = cursor._replace(position=listed.last, counted=counted, reached_at=reached)
        with self._context.db.write() as tx:
            sweep_cursor.put(tx, moved)
        self._pages += 1
        return moved

    def _ask(self, leg: Leg, scope: str, after: str | None) -> Listed:
        self._pace.keep("backfill")
        return list_page(self._context.stripe, leg.kind, after=after, only=leg.only(scope))

    def _patiently(self, leg: Leg, ask: Callable[[], Listed]) -> Listed:
        for attempt in range(MOST_IN_VAIN):
            try:
                return ask()
            except StripeUnavailable as error:
                seconds = max(min(2.0**attempt, LONGEST_WAIT), error.retry_after or 0)
                log.info("backfill.stripe_away", error=str(error), seconds=seconds)
                self._say(leg, resting=seconds)
                self._wait(seconds)
        return ask()

    def _ask_again(self, leg: Leg, overtaken: frozenset[str]) -> None:
        """An event came while the list was on its way: nobody knows which is newer."""
        if overtaken and leg.kind in FETCHABLE:
            now = self._context.clock()
            with self._context.db.write() as tx:
                fetch_request.request(
                    tx,
                    [
                        FetchWish(kind=leg.kind, object_id=each, why="backfill", requested_at=now, due_at=now)
                        for each in overtaken
                    ],
                )

    def _say(self, leg: Leg, *, resting: float = 0) -> None:
        at = {"done": self._done, "legs": len(COURSE), "counted": self.counted.get(leg.kind, 0), "pages": self._pages}
        self._tell(Progress(kind=leg.kind, resting=resting, **at))


def _forget(context: Context) -> None:
    with context.db.write() as tx:
        sweep_cursor.forget(tx, list(sweep_cursor.all_named(tx, PREFIX)))
