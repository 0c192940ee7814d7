"""Whoever finds nobody writing writes for all who wait; each gets its own answer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from webhooks.writer import GroupWriter


class Gate:
    """A write that holds until it is opened, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.entered = Event()
        self.opened = Event()

    def write(self, items: Sequence[int]) -> list[str]:
        self.batches.append(list(items))
        self.entered.set()
        assert self.opened.wait(5)
        if -1 in items:
            raise ValueError("a bad item")
        return [f"answer {item}" for item in items]


def test_each_caller_gets_the_answer_to_its_own_item() -> None:
    gate = Gate()
    gate.opened.set()
    writer: GroupWriter[int, str] = GroupWriter(gate.write)
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(writer.take, range(400))) == [f"answer {number}" for number in range(400)]
    assert sorted(item for batch in gate.batches for item in batch) == list(range(400))


def test_what_comes_while_one_writes_is_written_together() -> None:
    gate = Gate()
    writer: GroupWriter[int, str] = GroupWriter(gate.write, most=4)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(writer.take, 0)
        assert gate.entered.wait(5)
        others = [pool.submit(writer.take, number) for number in range(1, 7)]
        _until(lambda: len(writer._waiting) == 6)
        gate.opened.set()
        assert {future.result(5) for future in [first, *others]} == {f"answer {number}" for number in range(7)}
    assert [len(batch) for batch in gate.batches] == [1, 4, 2]


def test_as_many_as_came_together_are_waited_for_the_next_time() -> None:
    gate = Gate()
    writer: GroupWriter[int, str] = GroupWriter(gate.write, gathering=5)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(writer.take, 0)
        assert gate.entered.wait(5)
        two = [pool.submit(writer.take, number) for number in (1, 2)]
        _until(lambda: len(writer._waiting) == 2)
        gate.opened.set()
        assert first.result(5) == "answer 0"
        assert pool.submit(writer.take, 3).result(20) == "answer 3"
        assert [future.result(5) for future in two] == ["answer 1", "answer 2"]
    assert [len(batch) for batch in gate.batches] == [1, 3]


def test_whoever_comes_alone_waits_for_nobody() -> None:
    gate = Gate()
    gate.opened.set()
    writer: GroupWriter[int, str] = GroupWriter(gate.write, gathering=60)
    with ThreadPoolExecutor(1) as pool:
        for number in range(3):
            assert pool.submit(writer.take, number).result(20) == f"answer {number}"


def test_a_write_that_raises_fails_its_own_batch_and_no_later_one() -> None:
    gate = Gate()
    gate.opened.set()
    writer: GroupWriter[int, str] = GroupWriter(gate.write)
    with pytest.raises(ValueError, match="bad item"):
        writer.take(-1)
    assert writer.take(3) == "answer 3"


def _until(true: object) -> None:
    for _ in range(100_000):
        if true():  # type: ignore[operator]
            return
    raise AssertionError("it never came true")
