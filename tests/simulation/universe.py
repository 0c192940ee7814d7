"""All there is in a simulation: Stripe, one database, our processes, one clock, and what has been seen so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

import orjson
import pytest
import structlog
from flask import Flask
from sqlalchemy import TextClause, text

from app.billing.context import Context
from app.main import create_app
from app.sandbox.world import World
from app.stripe_gateway.gateway import API_VERSION
from tests.journeys.money_auditor import Auditor
from tests.journeys.money_outside import Outside
from tests.simulation.database import database
from tests.simulation.determinism import make_deterministic, make_quick
from tests.simulation.process import Process
from tests.simulation.wire import gateway
from tests.support.product import API_KEY, HandClock, settings
from tests.support.wire_guard import WireGuard, guarded

START = datetime(2026, 10, 23, 6, tzinfo=UTC)
HOST = {"Authorization": f"Bearer {API_KEY}"}
ENDPOINT = "https://paidthrough.example/webhooks/stripe"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hazards:
    """How likely each of them is to befall something that a process does."""

    parks: float = 0
    dies: float = 0
    database: float = 0


@dataclass
class Universe:
    """`acknowledged` are the events that were answered 2xx; `told` is the story so far, a sentence each."""

    world: World
    clock: HandClock
    settings: Any
    secret: str
    guard: WireGuard
    money: Auditor
    webs: list[Process] = field(default_factory=list)
    jobs: list[Process] = field(default_factory=list)
    apps: dict[tuple[str, int], Flask] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)  # names of the lines in our log
    hazards: Hazards = Hazards()
    skews: dict[str, int] = field(default_factory=dict)  # by how much a process's clock is off
    ahead: int = 0  # the most that one ever was

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.jobs]

    @property
    def observer(self) -> Context:
        """A process that nothing befalls, to look through."""
        return self._observer.context

    def open(self, *, webs: int, jobs: int) -> None:
        self.webs = [self._process(f"web-{number + 1}") for number in range(webs)]
        self.jobs = [self._process(f"jobs-{number + 1}") for number in range(jobs)]
        self._observer = self._process("observer")
        self.outside = Outside(self.world, [self._price(cents) for cents in (2000, 3000)], self.money)

    def close(self) -> None:
        for process in [*self.processes, self._observer]:
            if process.is_parked:
                process.kill()
            process.context.db.close()

    def app(self, process: Process) -> Flask:
        key = (process.name, process.lives)
        if key not in self.apps:
            self.apps[key] = create_app(process.context)
        return self.apps[key]

    def idle(self, among: list[Process]) -> list[Process]:
        return [process for process in among if not process.is_parked]

    def pass_time(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.world.advance(seconds)

    def uid_of(self, customer: str | None) -> str:
        return self.outside.of.get(customer or "", "somebody")

    def subscription(self, random: Random) -> Any:
        """One of Stripe's, rather a new one."""
        found = list(self.world.account.store.newest_first("subscription"))[:6]
        return random.choice(found) if found else None

    def rows(self, sql: str) -> list[Any]:
        """What is committed."""
        return self.observer.db.look_up(lambda tx: list(tx.execute(_statement(sql))))

    def render(self, event: dict[str, Any]) -> bytes:
        """As the endpoint gets it now."""
        endpoint = next(iter(self.world.account.store.all("webhook_endpoint")))
        return orjson.dumps({**event, "api_version": endpoint["api_version"] or event["api_version"]})

    def get(self, path: str) -> Any:
        """What the host is answered."""
        answer = self.app(self._observer).test_client().get(path, headers=HOST)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return answer.get_json()

    def _process(self, name: str) -> Process:
        return Process(name, self._context)

    def _context(self, process: Process) -> Context:
        return Context(
            settings=self.settings,
            db=database(self.settings.database_url, process),
            stripe=gateway(process, self.world, self.guard, retries=len(process.name) % 3),
            clock=lambda: self.clock() + timedelta(seconds=self.skews.get(process.name, 0)),
            chance=Random(process.name).random,
        )

    def _price(self, cents: int) -> str:
        product = self.world.call("POST", "/v1/products", name=f"Studio {cents}")["id"]
        sold = {"unit_amount": cents, "currency": "usd", "recurring": {"interval": "month"}}
        return str(self.world.call("POST", "/v1/prices", product=product, **sold)["id"])


@lru_cache(maxsize=200)
def _statement(sql: str) -> TextClause:
    return text(sql)


@contextmanager
def universe(database_url: str, *, webs: int = 2, jobs: int = 2, **chosen: Any) -> Iterator[Universe]:
    world = World(start=int(START.timestamp()))
    listens = {"url": ENDPOINT, "enabled_events": ["*"]}
    secret = world.call("POST", "/v1/webhook_endpoints", **listens, api_version=API_VERSION)["secret"]
    clock = HandClock(START)
    with pytest.MonkeyPatch.context() as patched, guarded(patched) as guard:
        make_deterministic(patched, clock)
        make_quick(patched)
        made = Universe(
            world=world,
            clock=clock,
            secret=secret,
            settings=settings(database_url, stripe_webhook_secrets=secret, **chosen),
            guard=guard,
            money=Auditor(world),
        )
        with _listening(made.logged):
            made.open(webs=webs, jobs=jobs)
            try:
                yield made
            finally:
                made.close()


@contextmanager
def _listening(logged: list[str]) -> Iterator[None]:
    """Keeps the names of what is logged, and prints nothing."""

    def note(_logger: Any, _method: str, line: Any) -> Any:
        logged.append(str(line.get("event")))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[note])
    try:
        yield
    finally:
        structlog.configure(**before)
