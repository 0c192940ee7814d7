"""Group commit: whoever finds nobody writing writes for all who wait, in one transaction."""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Lock
from typing import Generic, TypeVar

from app.errors import NotStored

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_AT_ONCE = 32
LONGEST_WAIT_SECONDS = 30.0
GATHERING_SECONDS = 0.004


class _Waiting(Generic[Item, Answer]):
    """One caller's item. Its lock is released once: with the answer, or to make the caller the next writer."""

    __slots__ = ("answer", "item", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.answer: Answer | None = None
        self.turn = Lock()
        self.turn.acquire()


class GroupWriter(Generic[Item, Answer]):
    """One writer at a time in this process; `write` gets at most `most` items and answers each of them."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Answer]],
        *,
        most: int = MOST_AT_ONCE,
        gathering: float = GATHERING_SECONDS,
    ) -> None:
        self._write = write
        self._most = most
        self._guard = Lock()
        self._waiting: deque[_Waiting[Item, Answer]] = deque()
        self._is_writing = False
        self._gathering = gathering
        self._expected = 1
        self._gathered = Condition(self._guard)

    def take(self, item: Item) -> Answer:
        """Wait until the item is written, and give its answer.

        Raises:
            NotStored: if nobody came to write it in time, or the write itself failed for all.
        """
        mine: _Waiting[Item, Answer] = _Waiting(item)
        if not self._lead(mine):
            if not mine.turn.acquire(timeout=LONGEST_WAIT_SECONDS):
                self._withdraw(mine)
            if mine.answer is not None:
                return mine.answer
        try:
            return self._write_with(mine)
        finally:
            self._pass_on()

    def _lead(self, mine: _Waiting[Item, Answer]) -> bool:
        with self._guard:
            self._waiting.append(mine)
            if self._is_writing:
                if len(self._waiting) >= self._expected:
                    self._gathered.notify()
                return False
            self._is_writing = True
            return True

    def _write_with(self, mine: _Waiting[Item, Answer]) -> Answer:
        """Write what waits; the writer's own item is the oldest, so it is always among them."""
        with self._guard:
            # A transaction costs more than several events in it, so a writer waits a moment for as many as came
            # together last time; whoever comes alone finds nobody to wait for.
            self._gathered.wait_for(lambda: len(self._waiting) >= self._expected, self._gathering)
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        answers: Sequence[Answer] = ()
        try:
            answers = self._write([waiting.item for waiting in batch])
        finally:
            with self._guard:
                self._expected = min(self._most, len(batch) + len(self._waiting))
            for waiting, answer in zip(batch, answers, strict=False):
                waiting.answer = answer
            for waiting in batch:
                if waiting is not mine:
                    waiting.turn.release()
        assert mine.answer is not None  # noqa: S101 - `write` answers each item
        return mine.answer

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting[0].turn.release()
            else:
                self._is_writing = False

    def _withdraw(self, mine: _Waiting[Item, Answer]) -> None:
        with self._guard:
            if mine.turn.acquire(blocking=False):
                return  # it came at the last moment, and whoever was made the writer has to write
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise NotStored("The writer is too busy.")
        mine.turn.acquire()
