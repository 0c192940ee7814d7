"""The database really fails where a story says so, on SQLite and on PostgreSQL, and is as good as before afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.db.engine import DatabaseError
from tests.simulation.process import Doom, Fate, Process
from tests.simulation.universe import Universe, universe

INSERT = text("INSERT INTO sweep_cursor (name, counted, began_at) VALUES (:name, 0, '2026-10-23 06:00:00')")


@pytest.fixture
def world(database_url: str) -> Iterator[Universe]:
    with universe(database_url, webs=1, jobs=0) as made:
        yield made


def write_two(process: Process) -> Any:
    with process.context.db.write() as tx:
        for name in ("a", "b"):
            tx.execute(INSERT, {"name": name})
    return "done"


def written(world: Universe) -> list[str]:
    return sorted(row.name for row in world.rows("SELECT name FROM sweep_cursor"))


@pytest.mark.parametrize("statement", [2, 3])
def test_a_statement_that_fails_undoes_its_transaction(world: Universe, statement: int) -> None:
    process = world.webs[0]
    process.begin("warms up", lambda: write_two(process), Doom(broken_commit=1))
    fate = process.begin("writes", lambda: write_two(process), Doom(broken_statement=statement))
    assert (fate, written(world)) == (Fate.ENDS, [])
    assert isinstance(process.outcome, DatabaseError)
    process.begin("writes again", lambda: write_two(process))
    assert written(world) == ["a", "b"]


@pytest.mark.parametrize("took_effect", [True, False])
def test_a_commit_whose_answer_is_lost_may_have_taken_effect(world: Universe, took_effect: bool) -> None:
    process = world.webs[0]
    process.begin("writes", lambda: write_two(process), Doom(broken_commit=1, commit_took_effect=took_effect))
    assert isinstance(process.outcome, DatabaseError)
    assert written(world) == (["a", "b"] if took_effect else [])
