"""Keeps calls of one kind apart, so that Stripe's limit for an endpoint is never reached."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """One for all threads of a process; each caller is given the next free slot of its kind and waits for it."""

    def __init__(
        self,
        per_second: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart = 1 / per_second
        self._monotonic = monotonic
        self._wait = wait
        self._next: dict[str, float] = {}
        self._lock = Lock()

    def keep(self, kind: str) -> None:
        """Return when the next call of this kind may be made."""
        with self._lock:
            now = self._monotonic()
            slot = max(now, self._next.get(kind, now))
            self._next[kind] = slot + self._apart
        if slot > now:
            self._wait(slot - now)
