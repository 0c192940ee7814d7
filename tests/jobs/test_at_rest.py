"""A job that has nothing to do finds that out without reading every subscription.

SQLite does not know how many rows are alike unless somebody counts them for it, and nobody does: its guesses count.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.billing import cycle_end
from app.billing.context import Context
from jobs.table import JOBS
from tests.policy.access_bodies import day, facts, invoice, subscription
from tests.support.access_table import put, put_clock
from tests.support.databases import empty_sqlite
from tests.support.product import HandClock, product

MANY, STEPS_AT_ONCE, FEW_STEPS = 2000, 100, 3000
ASK_STRIPE = {"gap_sweep", "drift"}


@pytest.fixture
def steps() -> Iterator[list[int]]:
    """What SQLite's machine has done, a hundred steps at a time."""
    taken: list[int] = []

    def count(dbapi: Any, _entry: Any) -> None:
        dbapi.set_progress_handler(lambda: taken.append(STEPS_AT_ONCE), STEPS_AT_ONCE)

    event.listen(Engine, "connect", count)
    yield taken
    event.remove(Engine, "connect", count)


@pytest.fixture
def context(steps: list[int], tmp_path: Path) -> Iterator[Context]:
    made = product(empty_sqlite(tmp_path), clock=HandClock(day(1)))
    put(made.db, *(f"sub_{number}" for number in range(MANY)), facts=facts(subscription(), invoice()))
    put(made.db, "sub_rehearsed", facts=facts(subscription(), invoice()), test_clock="clock_1")
    put_clock(made.db, "clock_1", frozen=2)
    yield made
    made.db.close()


@pytest.mark.parametrize("name", sorted(JOBS.keys() - ASK_STRIPE))
def test_it_costs_little(context: Context, steps: list[int], name: str) -> None:
    steps.clear()
    JOBS[name].act(context)
    assert sum(steps) < FEW_STEPS


def test_so_does_the_look_of_every_second(context: Context, steps: list[int]) -> None:
    steps.clear()
    assert cycle_end.next_due(context) == day(30)
    assert sum(steps) < FEW_STEPS
