"""Trouble on command: what may go wrong between a merchant and Stripe, at the API and with webhooks."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.sandbox.state.plain import Json


class SandboxTimeout(Exception):
    """The client never hears an answer; the effect may have taken place."""

    def __init__(self, *, took_effect: bool) -> None:
        super().__init__("took effect" if took_effect else "no effect")
        self.took_effect = took_effect


@dataclass(slots=True)
class _Planned:
    kind: str
    left: int
    only: str


class Trouble:
    """`only` limits a trouble to requests whose "METHOD /path" contains it."""

    def __init__(self) -> None:
        self.calm()

    def calm(self) -> None:
        """Everything works again."""
        self._planned: list[_Planned] = []
        self._copies = 0
        self._shuffle: random.Random | None = None
        self._delay: Callable[[Json], int] = lambda _: 0
        self._dropped: Callable[[Json], bool] = lambda _: False
        self.clock_stands = False
        self.retry_after: int | None = None

    def outage(self, on: bool | int = True, *, only: str = "") -> None:
        """Until turned off, or for the next requests: 503 without any effect."""
        self._planned = [it for it in self._planned if it.kind != "outage"]
        if on:
            self._plan("outage", -1 if on is True else int(on), only)

    def timeout_before_effect(self, requests: int = 1, *, only: str = "") -> None:
        self._plan("timeout_before_effect", requests, only)

    def timeout_after_effect(self, requests: int = 1, *, only: str = "") -> None:
        self._plan("timeout_after_effect", requests, only)

    def rate_limited(self, requests: int = 1, *, only: str = "", retry_after: int | None = None) -> None:
        """`retry_after` are the seconds that whoever is refused is asked to wait."""
        self.retry_after = retry_after
        self._plan("rate_limited", requests, only)

    def internal_error(self, requests: int = 1, *, only: str = "") -> None:
        """A 500 once the endpoint has begun: without effect, and kept for the idempotency key."""
        self._plan("internal_error", requests, only)

    def lock_timeout(self, requests: int = 1, *, only: str = "") -> None:
        """Another request holds the object: 429 `lock_timeout`."""
        self._plan("lock_timeout", requests, only)

    def key_in_use(self, requests: int = 1, *, only: str = "") -> None:
        """A request with the same idempotency key is still running: 409."""
        self._plan("key_in_use", requests, only)

    def duplicate(self, copies: int = 1) -> None:
        """Every new webhook is delivered so many times more."""
        self._copies = copies

    def reorder(self, seed: int | None = 0) -> None:
        """Due webhooks go out in a random order; None restores the order of creation."""
        self._shuffle = None if seed is None else random.Random(seed)

    def delay(self, seconds: int | Callable[[Json], int]) -> None:
        """Of each new webhook; a function of the event chooses for itself."""
        self._delay = seconds if callable(seconds) else lambda _: seconds

    def drop(self, predicate: Callable[[Json], bool]) -> None:
        """New webhooks of these events never arrive; Stripe counts them as failed."""
        self._dropped = predicate

    def same_second(self, on: bool = True) -> None:
        """A clock that follows the wall stands still, so several mutations share one second."""
        self.clock_stands = on

    def strike(self, request: str) -> str | None:
        """The trouble that this request meets, if any."""
        for planned in self._planned:
            if planned.left and planned.only in request:
                planned.left -= 1
                return planned.kind
        return None

    def copies(self) -> int:
        return 1 + self._copies

    def delay_of(self, event: Json) -> int:
        return self._delay(event)

    def drops(self, event: Json) -> bool:
        return self._dropped(event)

    def shuffle(self, deliveries: list[Any]) -> None:
        if self._shuffle is not None:
            self._shuffle.shuffle(deliveries)

    def _plan(self, kind: str, requests: int, only: str) -> None:
        self._planned.append(_Planned(kind, requests, only))
