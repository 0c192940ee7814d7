"""A clock and the work that falls due on it, done in order of time."""

import heapq
from collections.abc import Callable
from itertools import count

Work = Callable[[], None]


class Timeline:
    """`instant` is the moment at which things happen: while due work runs, the moment it was due."""

    def __init__(self, start: int) -> None:
        self.instant = start
        self._due: list[tuple[int, int, Work]] = []
        self._order = count()

    def at(self, when: int, work: Work) -> None:
        """Work must look again whether it still applies: nothing that was planned is ever taken back."""
        heapq.heappush(self._due, (when, next(self._order), work))

    def run_to(self, target: int) -> None:
        while self._due and self._due[0][0] <= target:
            when, _, work = heapq.heappop(self._due)
            self.instant = max(self.instant, when)
            work()
        self.instant = max(self.instant, target)

    @property
    def next_due(self) -> int | None:
        return self._due[0][0] if self._due else None
