"""Asks Stripe for the objects that somebody wished for, outside of any transaction, and hands them to the mirror."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import uuid4

from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.billing.pace import Pace
from app.db import fetch_request, sweep_cursor
from app.db.engine import Tx
from app.db.fetch_request import LeasedFetch
from app.errors import StripeMissing, StripeUnavailable
from app.logs import log
from app.stripe_gateway.fetching import fetch

PER_SECOND = 20  # Stripe allows 25 for one endpoint
PACE = Pace(PER_SECOND)
AT_ONCE = 4
RUN_SECONDS = 10  # then the rest is given back, so that a stop never waits long
TURN = "fetches"
TURN_LASTS = timedelta(seconds=15)  # longer than calls are begun in a run
LEASE_SECONDS = 120  # longer than a run and the last call's time-outs and retries
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=10)


class Outcome(StrEnum):
    TAKEN = "taken"
    AGAIN = "again"  # an event of the object came meanwhile; asked once more
    GONE = "gone"  # Stripe has no such object
    FAILED = "failed"  # waits, longer each time
    UNTRIED = "untried"  # given back


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchReport:
    """How many wishes ended how."""

    taken: int = 0
    again: int = 0
    gone: int = 0
    failed: int = 0
    untried: int = 0


def run_pending(context: Context, *, limit: int = 100, pace: Pace = PACE) -> FetchReport:
    """Fetch what is due; of any number of processes one does so at a time, since Stripe's limit is for all of them."""
    with context.db.read() as tx:
        if not fetch_request.any_due(tx, context.clock()):
            return FetchReport()
    lease = uuid4().hex
    with context.db.write() as tx:
        now = context.clock()
        turn = sweep_cursor.claim(tx, TURN, lease=lease, until=now + TURN_LASTS, now=now)
        if turn is None:
            return FetchReport()
        leased = fetch_request.claim(tx, now=now, limit=limit, lease=lease, lease_seconds=LEASE_SECONDS)
    outcomes = _Run(context, pace).all(leased)
    with context.db.write() as tx:
        sweep_cursor.release(tx, turn, lease=lease)
    return FetchReport(**{str(outcome): outcomes.count(outcome) for outcome in Outcome})


class _Run:
    """One pass. The first call that finds Stripe away ends it: the others would only wait for the same time-out."""

    def __init__(self, context: Context, pace: Pace) -> None:
        self._context = context
        self._pace = pace
        self._ends = time.monotonic() + RUN_SECONDS
        self._away = False

    def all(self, leased: Sequence[LeasedFetch]) -> list[Outcome]:
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="fetch") as pool:
            return list(pool.map(self._one, leased))

    def _one(self, leased: LeasedFetch) -> Outcome:
        if self._away or time.monotonic() > self._ends:
            self._record(lambda tx: fetch_request.release(tx, [leased]))
            return Outcome.UNTRIED
        try:
            return self._ask(leased)
        except StripeMissing:
            log.warning("fetch.gone", kind=leased.kind, id=leased.object_id, why=leased.why)
            self._record(lambda tx: fetch_request.done(tx, leased))
            return Outcome.GONE
        except StripeUnavailable as error:
            self._away = True
            return self._put_off(leased, error)
        except Exception as error:  # noqa: BLE001 - one bad object must not stop the rest
            return self._put_off(leased, error)

    def _ask(self, leased: LeasedFetch) -> Outcome:
        self._pace.keep(leased.kind)
        began_at = self._context.clock()
        fetched = fetch(self._context.stripe, leased.kind, leased.object_id)
        taken = take_fetched(self._context, [fetched], began_at=began_at)
        if leased.object_id in taken.again:
            self._record(lambda tx: fetch_request.release(tx, [leased]))
            return Outcome.AGAIN
        self._record(lambda tx: fetch_request.done(tx, leased))
        return Outcome.TAKEN

    def _put_off(self, leased: LeasedFetch, error: Exception) -> Outcome:
        due_at = self._context.clock() + backoff(leased.attempts)
        message = f"{type(error).__name__}: {error}"[:500]
        log.warning("fetch.failed", kind=leased.kind, id=leased.object_id, attempts=leased.attempts + 1, error=message)
        self._record(lambda tx: fetch_request.failed(tx, leased, due_at=due_at, error=message))
        return Outcome.FAILED

    def _record(self, write: Callable[[Tx], None]) -> None:
        with self._context.db.write() as tx:
            write(tx)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts before this one."""
    longer: int = 1 << min(attempts, 20)
    return min(FIRST_BACKOFF * longer, LONGEST_BACKOFF)
