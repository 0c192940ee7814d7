"""A webhook stops waiting in the very moment in which it is made the next writer."""

from collections.abc import Callable, Sequence
from threading import Lock

import pytest

from app.errors import NotStored
from webhooks import writer as module
from webhooks.writer import GroupWriter


class LateTurn:
    """A turn whose wait runs out, and that comes right after."""

    def __init__(self, comes: Callable[[], None]) -> None:
        self._lock, self._comes = Lock(), comes

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if timeout > 0:
            self._comes()
            return False
        return self._lock.acquire(blocking)

    def release(self) -> None:
        self._lock.release()


def test_who_was_made_the_writer_while_giving_up_writes_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    writer: GroupWriter[int, str] = GroupWriter(_answers)
    writer._is_writing = True  # somebody writes, and hands on while the other one gives up
    with monkeypatch.context() as patched:
        patched.setattr(module, "Lock", lambda: LateTurn(writer._pass_on))
        assert writer.take(1) == "answer 1"
    assert writer.take(2) == "answer 2"


def test_who_gives_up_without_a_turn_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    writer: GroupWriter[int, str] = GroupWriter(_answers)
    writer._is_writing = True
    with monkeypatch.context() as patched:
        patched.setattr(module, "Lock", lambda: LateTurn(lambda: None))
        with pytest.raises(NotStored):
            writer.take(1)
    assert not writer._waiting


def _answers(items: Sequence[int]) -> list[str]:
    return [f"answer {item}" for item in items]
