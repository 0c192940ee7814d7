"""Asks Stripe for the objects that somebody wished for, outside of any transaction, and hands them to the mirror."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.billing.context import Context
from app.billing.fetch_gone import take_deleted
from app.billing.fetch_turn import end_turn, take_turn
from app.billing.mirror import take_fetched
from app.billing.pace import Pace
from app.billing.stripe_rest import answered, failed
from app.db import fetch_request
from app.db.engine import Tx
from app.db.fetch_request import LeasedFetch
from app.errors import StripeMissing, StripeRefused, StripeUnavailable
from app.logs import log
from app.policy.stripe_trouble import EVERYTHING, USUAL
from app.stripe_gateway.fetching import fetch

PER_SECOND = 20  # Stripe allows 25 for one endpoint
IN_ALL = 80  # Stripe allows 100 for all together
PACE = Pace(PER_SECOND, in_all=IN_ALL)
AT_ONCE = 4
RUN_SECONDS = 10  # then the rest is given back, so that a stop never waits long
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
    turn = take_turn(context, limit=limit)
    if turn is None:
        return FetchReport()
    outcomes = _Run(context, pace, turn.probes).all(turn.leased)
    end_turn(context, turn)
    return FetchReport(**{str(outcome): outcomes.count(outcome) for outcome in Outcome})


class _Run:
    """One pass. What Stripe has trouble with is not asked for again in it; `probes` tell whether that is over."""

    def __init__(self, context: Context, pace: Pace, probes: Collection[str]) -> None:
        self._context = context
        self._pace = pace
        self._probes = probes
        self._ends = time.monotonic() + RUN_SECONDS
        self._rests: set[str] = set()

    def all(self, leased: Sequence[LeasedFetch]) -> list[Outcome]:
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="fetch") as pool:
            return list(pool.map(self._one, leased))

    def _one(self, leased: LeasedFetch) -> Outcome:
        if not self._rests.isdisjoint((EVERYTHING, leased.kind)) or time.monotonic() > self._ends:
            self._record(lambda tx: fetch_request.release(tx, [leased]))
            return Outcome.UNTRIED
        try:
            return self._ask(leased)
        except StripeMissing:
            self._answered(leased)
            log.warning("fetch.gone", kind=leased.kind, id=leased.object_id, why=leased.why)
            take_deleted(self._context, leased)
            self._record(lambda tx: fetch_request.done(tx, leased))
            return Outcome.GONE
        except StripeUnavailable as error:
            return self._put_off(leased, error, after=self._failed(leased, error))
        except Exception as error:  # noqa: BLE001 - one bad object must not stop the rest
            if isinstance(error, StripeRefused):
                self._answered(leased)
            return self._put_off(leased, error, after=backoff(leased.attempts))

    def _ask(self, leased: LeasedFetch) -> Outcome:
        # In test mode Stripe's limit is one for all endpoints.
        self._pace.keep(leased.kind if self._context.settings.livemode else EVERYTHING)
        began_at = self._context.clock()
        fetched = fetch(self._context.stripe, leased.kind, leased.object_id, retries=0)
        self._answered(leased)
        taken = take_fetched(self._context, [fetched], began_at=began_at)
        if leased.object_id in taken.again:
            self._record(lambda tx: fetch_request.release(tx, [leased]))
            return Outcome.AGAIN
        self._record(lambda tx: fetch_request.done(tx, leased))
        return Outcome.TAKEN

    def _answered(self, leased: LeasedFetch) -> None:
        if not {EVERYTHING, leased.kind}.isdisjoint(self._probes):
            answered(self._context, leased.kind)

    def _failed(self, leased: LeasedFetch, error: StripeUnavailable) -> timedelta:
        """When to ask for this one again."""
        known_bad = leased.attempts > 0
        concerned = failed(self._context, error, kind=leased.kind, failed_before=known_bad)
        wait = backoff(leased.attempts)
        if concerned is None:
            return max(wait, timedelta(seconds=error.retry_after or 0))
        self._rests.add(concerned)
        return min(wait, USUAL.longest)  # soon after Stripe is back it is due again

    def _put_off(self, leased: LeasedFetch, error: Exception, *, after: timedelta) -> Outcome:
        due_at = self._context.clock() + after
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
