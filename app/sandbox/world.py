"""The sandbox as its users hold it: Stripe's clock, its API, its webhooks, and trouble on command."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any

import orjson

from app.sandbox.account import Account
from app.sandbox.outbox import Delivery, Outbox
from app.sandbox.outside import Outside
from app.sandbox.refusal import Refusal
from app.sandbox.state.plain import Json
from app.sandbox.trouble import SandboxTimeout, Trouble
from app.sandbox.wire import form
from app.sandbox.wire.gate import Gate
from app.sandbox.wire.message import Request, Response, lowered

__all__ = ["Delivery", "Request", "Response", "SandboxRefusal", "SandboxTimeout", "World"]


class SandboxRefusal(Exception):
    """An error answer to `World.call`; `error` is Stripe's error object."""

    def __init__(self, status: int, error: Json) -> None:
        super().__init__(f"{status} {error.get('code')}: {error['message']}")
        self.status = status
        self.error = error


class World(Outside):
    """`start` fixes Stripe's clock, which then only moves when told; None follows the wall clock."""

    def __init__(self, start: int | None = None, *, seed: int = 0, livemode: bool = False) -> None:
        self._follows_wall = start is None
        self._ahead = 0  # seconds that a following clock was advanced by hand
        self._lock = RLock()
        self.account = Account(start=_wall() if start is None else start, seed=seed, livemode=livemode)
        self.trouble = Trouble()
        self.requests: list[Request] = []
        self.variants = self.account.variants
        self.settings = self.account.settings
        self._gate = Gate(self.account, self.trouble)
        self.outbox = Outbox(self.account, self.trouble)
        self.account.secrets = self.outbox.secrets

    @property
    def now(self) -> int:
        return self._target() if self._follows_wall else self.account.main.instant

    @property
    def events(self) -> list[Json]:
        return self.account.journal.events

    def advance(self, seconds: int) -> None:
        self.advance_to(self.now + seconds)

    def advance_to(self, instant: int) -> None:
        """Everything that falls due happens on the way, in order of time."""
        with self._lock:
            if self._follows_wall:
                self._ahead = max(self._ahead, instant - _wall())
            self.account.main.run_to(instant)

    def catch_up(self) -> None:
        """Lets a clock that follows the wall do what has fallen due."""
        with self._lock:
            if self._follows_wall:
                self.account.main.run_to(self._target())

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One request of the product's, as it would arrive at Stripe; may raise SandboxTimeout."""
        with self._lock:
            self.catch_up()
            request = self._read(method, path, query, body, headers or {})
            self.requests.append(request)
            return self._gate.handle(request)

    def call(self, method: str, path: str, **params: Any) -> Json:
        """What a person does in the dashboard: never in trouble, not in `requests`."""
        with self._lock:
            self.catch_up()
            encoded = form.encode(params)
            mode = "live" if self.account.livemode else "test"
            headers = {"authorization": f"Bearer sk_{mode}_dashboard"}
            query, body = ("", encoded.encode()) if method == "POST" else (encoded, b"")
            request = self._read(method, path, query, body, headers)
            response = self._gate.handle(request, troubled=False)
        answer: Json = orjson.loads(response.body)
        if response.status >= 400:
            raise SandboxRefusal(response.status, answer["error"])
        return answer

    @contextmanager
    def by_hand(self) -> Iterator[Account]:
        with self._lock:
            self.catch_up()
            try:
                yield self.account
            except Refusal as refusal:
                raise SandboxRefusal(refusal.status, refusal.error) from refusal

    def deliveries(self) -> list[Delivery]:
        """Webhooks that are due, freshly signed; they stay due until `record` or `deliver`."""
        with self._lock:
            self.catch_up()
            return self.outbox.due()

    def record(self, delivery: Delivery, status: int) -> None:
        with self._lock:
            self.outbox.record(delivery, status)

    def deliver(self, post: Callable[[str, bytes, dict[str, str]], int]) -> None:
        """Posts what is due once; what is not answered 2xx comes again later."""
        for delivery in self.deliveries():
            self.record(delivery, post(delivery.url, delivery.body, dict(delivery.headers)))

    def _read(self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> Request:
        request = Request(method=method.upper(), path=path, headers=lowered(headers), at=self.now)
        try:
            request.params = form.decode(query, body.decode())
        except UnicodeDecodeError:
            request.malformed = Refusal(400, "Invalid request: the body is not UTF-8.")
        except Refusal as refusal:
            request.malformed = refusal
        return request

    def _target(self) -> int:
        if self.trouble.clock_stands:
            return self.account.main.instant
        return max(_wall() + self._ahead, self.account.main.instant)


def _wall() -> int:
    return int(time.time())
