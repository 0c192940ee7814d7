"""Keeps calls apart, so that Stripe's limits, for one endpoint and for all together, are never reached."""

import time
from collections.abc import Callable
from threading import Lock


class Pace:
    """One for all threads of a process; each caller is given the next free slot of its kind and waits for it."""

    def __init__(
        self,
        per_second: float,
        *,
        in_all: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._apart = 1 / per_second
        self._apart_in_all = 1 / in_all if in_all else None
        self._monotonic = monotonic
        self._wait = wait
        self._next: dict[str, float] = {}
        self._next_of_all = float("-inf")
        self._lock = Lock()

    def keep(self, kind: str) -> None:
        """Return when the next call of this kind may be made."""
        with self._lock:
            now = self._monotonic()
            slot = max(now, self._next.get(kind, now), self._next_of_all)
            self._next[kind] = slot + self._apart
            if self._apart_in_all is not None:
                self._next_of_all = slot + self._apart_in_all
        if slot > now:
            self._wait(slot - now)
