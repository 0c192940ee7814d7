"""A storm of events that cannot be ordered, and what the fetch job of several processes makes of it by a fake clock."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from app.billing import fetching
from app.billing.context import Context
from app.billing.fetching import IN_ALL, PER_SECOND, run_pending
from app.billing.mirror import take_events
from app.billing.pace import Pace
from app.db import fetch_request
from app.policy.envelope import read_envelope
from app.sandbox.world import Response, World
from app.stripe_gateway.gateway import API_VERSION
from tests.simulation.determinism import InOneThread
from tests.support.product import HandClock

SECOND = timedelta(seconds=1)
AT_ONCE = 32
Asked = tuple[datetime, str]


@dataclass(frozen=True, kw_only=True)
class Storm:
    """`processes` share the database of `context`; `asked` is each of their requests, with its instant."""

    world: World
    clock: HandClock
    context: Context
    processes: int
    asked: list[Asked]

    def breaks_loose(self, customers: int, *, events_each: int) -> list[str]:
        """So many customers change several times in one second, and no event tells what was before it."""
        made = [self.world.call("POST", "/v1/customers", name=f"Ada {number}") for number in range(customers)]
        told = [_event(body, number) for number in range(events_each) for body in made]
        for start in range(0, len(told), AT_ONCE):
            envelopes = [read_envelope(each, orjson.dumps(each).decode()) for each in told[start : start + AT_ONCE]]
            take_events(self.context, envelopes)
        self.passes(10)
        return [str(body["id"]) for body in made]

    def passes(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.world.advance_to(int(self.clock.now.timestamp()))

    def drains(self, *, at: Callable[[timedelta], None] = lambda _: None) -> timedelta:
        """Each process runs its job every second until nothing waits; how long that took by the clock.

        `at` is called before each request.
        """
        began, paces = self.clock.now, [self._pace() for _ in range(self.processes)]
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(fetching, "ThreadPoolExecutor", InOneThread)
            patched.setattr(self.world, "request", self._noting(self.world.request, lambda: at(self.clock.now - began)))
            while self.waiting():
                for pace in paces:
                    run_pending(self.context, pace=pace)
                self.passes(1)
                assert self.clock.now - began < timedelta(hours=1), "it never ends"
        return self.clock.now - began

    def waiting(self) -> int:
        with self.context.db.read() as tx:
            return fetch_request.waiting(tx)

    def times_asked(self) -> Counter[str]:
        return Counter(path for _, path in self.asked)

    def most_in_a_second(self) -> int:
        """In any second, wherever it begins."""
        instants, first, most = [at for at, _ in self.asked], 0, 0
        for last, instant in enumerate(instants):
            while instant - instants[first] >= SECOND:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _pace(self) -> Pace:
        return Pace(PER_SECOND, in_all=IN_ALL, monotonic=lambda: self.clock().timestamp(), wait=self.passes)

    def _noting(self, plain: Callable[..., Response], before: Callable[[], None]) -> Callable[..., Response]:
        def request(method: str, path: str, **given: Any) -> Response:
            before()
            self.asked.append((self.clock.now, path))
            return plain(method, path, **given)

        return request


def storm(world: World, clock: HandClock, context: Context, *, processes: int = 3) -> Storm:
    return Storm(world=world, clock=clock, context=replace(context), processes=processes, asked=[])


def between(asked: Sequence[Asked], begin: datetime, end: datetime) -> int:
    return sum(begin <= at < end for at, _ in asked)


def _event(body: dict[str, Any], number: int) -> dict[str, Any]:
    changed = {**body, "description": f"change {number}"}
    return {
        "id": f"evt_{body['id']}_{number}",
        "object": "event",
        "type": "customer.updated",
        "api_version": API_VERSION,
        "created": body["created"],
        "livemode": body["livemode"],
        "data": {"object": changed, "previous_attributes": {"description": f"change unknown to {number}"}},
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
    }
