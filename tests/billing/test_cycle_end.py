"""The journal says when access ended, not when we noticed; and it says so once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from app.billing import cycle_end
from app.billing.context import Context
from app.db import access_due
from tests.policy.access_bodies import day, epoch, facts, invoice, subscription
from tests.support.access_table import change, journal, put, put_clock, row
from tests.support.product import HandClock, product

ENDING = facts(subscription(cancel_at_period_end=True), invoice())
RENEWING = facts(subscription(), invoice())
HOUR = 3600


@pytest.fixture
def clock() -> HandClock:
    return HandClock(day(0))


@pytest.fixture
def context(database_url: str, clock: HandClock) -> Iterator[Context]:
    made = product(database_url, clock=clock)
    yield made
    made.db.close()


def test_the_entry_carries_the_instant_itself(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", facts=ENDING)
    clock.now = day(33.7)
    assert cycle_end.run(context) == 1
    assert journal(context.db) == [("sub_1", "ended", epoch(30))]


def test_nothing_is_told_a_second_early(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", facts=ENDING)
    clock.now = day(30) - timedelta(milliseconds=1)
    assert cycle_end.run(context) == 0
    clock.now = day(30)
    assert cycle_end.run(context) == 1


def test_nothing_is_told_twice(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", facts=ENDING)
    clock.now = day(30)
    cycle_end.run(context)
    clock.now = day(300)
    assert cycle_end.run(context) == 0
    assert len(journal(context.db)) == 1
    assert row(context.db, "sub_1").flips_at is None


def test_the_next_change_is_waited_for(context: Context, clock: HandClock) -> None:
    """Paid until day 30, then on trust for three days of grace."""
    put(context.db, "sub_1", facts=RENEWING)
    clock.now = day(30)
    assert cycle_end.run(context) == 1
    assert journal(context.db) == []
    assert row(context.db, "sub_1").flips_at == epoch(33)
    clock.now = day(33)
    cycle_end.run(context)
    assert journal(context.db) == [("sub_1", "ended", epoch(33))]


def test_a_row_that_cannot_be_read_waits_an_hour_and_stops_nobody(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", "sub_2", "sub_3", facts=ENDING)
    good = row(context.db, "sub_2").facts
    change(context.db, "sub_2", facts='{"v": 0}')
    clock.now = day(30)
    cycle_end.run(context)
    assert [name for name, _, _ in journal(context.db)] == ["sub_1", "sub_3"]
    assert row(context.db, "sub_2").flips_at == (epoch(30) or 0) + HOUR
    assert cycle_end.run(context) == 0
    change(context.db, "sub_2", facts=good)
    clock.advance(timedelta(hours=1))
    cycle_end.run(context)
    assert journal(context.db)[-1] == ("sub_2", "ended", epoch(30))


def test_two_at_once_tell_each_end_once(context: Context, clock: HandClock) -> None:
    names = [f"sub_{number}" for number in range(cycle_end.SLICE * 2 + 100)]
    put(context.db, *names, facts=ENDING)
    clock.now = day(30)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: cycle_end.run(context), range(3)))
    assert sum(done) == len(names)
    assert sorted(name for name, _, _ in journal(context.db)) == sorted(names)


def test_who_finds_everything_taken_leaves_the_rest_to_the_other(
    context: Context, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(context.db, "sub_1", facts=ENDING)
    clock.now = day(30)
    read = access_due.flips_due

    def another_is_faster(*arguments: Any, **named: Any) -> Any:
        rows = read(*arguments, **named)
        put(context.db, "sub_1", facts=RENEWING)
        return rows

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(access_due, "flips_due", another_is_faster)
        assert cycle_end.run(context) == 0
    assert cycle_end.run(context) == 1


def test_a_limit_is_kept(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", "sub_2", "sub_3", facts=ENDING)
    clock.now = day(30)
    assert cycle_end.run(context, limit=2) == 2
    assert cycle_end.run(context, limit=2) == 1


def test_news_that_came_since_the_row_was_read_wins(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", facts=ENDING)
    clock.now = day(30)
    with context.db.read() as tx:
        (seen,) = access_due.flips_due(tx, now=epoch(30) or 0, limit=1)
    put(context.db, "sub_1", facts=RENEWING)
    with context.db.write() as tx:
        assert access_due.move(tx, [cycle_end.put_off(seen)]) == []
    assert row(context.db, "sub_1").flips_at == epoch(30)


class TestOnATestClock:
    def test_access_ends_by_its_own_time(self, context: Context) -> None:
        """The wall clock stands at day 0; the rehearsal is a month ahead."""
        put(context.db, "sub_1", facts=ENDING, test_clock="clock_1")
        put_clock(context.db, "clock_1", frozen=29.9)
        assert cycle_end.run(context) == 0
        put_clock(context.db, "clock_1", frozen=31)
        assert cycle_end.run(context) == 1
        assert journal(context.db) == [("sub_1", "ended", epoch(30))]

    def test_the_wall_clock_says_nothing(self, context: Context, clock: HandClock) -> None:
        put(context.db, "sub_1", facts=ENDING, test_clock="clock_1")
        clock.now = day(400)
        assert cycle_end.run(context) == 0  # its clock is not mirrored yet
        put_clock(context.db, "clock_1", frozen=1)
        assert cycle_end.run(context) == 0


class TestWhatIsDueNext:
    def test_nothing(self, context: Context) -> None:
        assert cycle_end.next_due(context) is None

    def test_the_earliest_instant(self, context: Context) -> None:
        put(context.db, "sub_1", facts=ENDING)
        put(context.db, "sub_2", facts=RENEWING, at=30)
        assert cycle_end.next_due(context) == day(30)

    def test_now_when_a_test_clock_has_passed_one(self, context: Context, clock: HandClock) -> None:
        put(context.db, "sub_1", facts=ENDING, test_clock="clock_1")
        put_clock(context.db, "clock_1", frozen=29)
        assert cycle_end.next_due(context) is None
        put_clock(context.db, "clock_1", frozen=30)
        assert cycle_end.next_due(context) == clock.now
