"""Whatever happens to money, in whatever order: no cent too much goes back, and a good payment of everything stays."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.money_history import MoneyHistory
from tests.support.databases import empty_postgres, empty_sqlite

MANY = int(os.environ.get("MONEY_SAFETY_EXAMPLES", "0"))
"""How many histories to walk by hand, in place of the few of every run."""

STEPS = int(os.environ.get("MONEY_SAFETY_STEPS", "30"))


def walk(database_url: Callable[[], str], *, examples: int) -> None:
    machine = type("Histories", (MoneyHistory,), {"database_url": staticmethod(database_url)})
    few = settings(
        max_examples=MANY or examples,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=few)


def test_no_history_costs_a_cent(tmp_path: Path) -> None:
    walk(lambda: empty_sqlite(tmp_path), examples=15)


@pytest.mark.postgres
def test_no_history_costs_a_cent_on_postgresql() -> None:
    walk(empty_postgres, examples=5)
