"""Any permutation, duplication and delay of a subscription's events ends where in-order delivery ends."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.billing.context import Context
from app.billing.fetching import run_pending
from app.billing.pace import Pace
from app.db.tables import MIRRORED, table_of
from app.main import create_app
from app.sandbox.mock import intercept
from app.sandbox.world import World
from tests.support.databases import empty_postgres, empty_sqlite
from tests.support.product import HandClock, ask_access, post_event, product
from tests.webhooks.histories import Step, play, steps

Rows = dict[str, tuple[Any, bool]]
Answers = list[dict[str, Any]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@given(story=steps, seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_ends_where_in_order_delivery_ends(kind: str, tmp_path: Path, story: list[Step], seed: int) -> None:
    world = play(story)
    in_order, expected = _delivered(kind, tmp_path, world, world.events)
    _compare(in_order, _truth(world), expected, expected)
    rows, answers = _delivered(kind, tmp_path, world, _shaken(world.events, Random(seed)))
    unresolved = _compare(rows, _truth(world), answers, expected)
    event(f"unresolved rows: {unresolved}")
    rows, answers = _delivered(kind, tmp_path, world, _shaken(world.events, Random(seed)), fetch=True)
    assert _compare(rows, _truth(world), answers, expected) == 0


def _shaken(events: list[Any], rng: Random) -> list[Any]:
    several = [*events, *rng.sample(events, len(events) // 3)]
    rng.shuffle(several)
    return several


def _delivered(
    kind: str, folder: Path, world: World, events: Iterable[Any], *, fetch: bool = False
) -> tuple[Rows, Answers]:
    """The mirror and the answers over the next weeks after these deliveries; `fetch` opens Stripe's API at the end."""
    clock = HandClock(datetime.fromtimestamp(world.now, UTC))
    context = product(empty_sqlite(folder) if kind == "sqlite" else empty_postgres(), clock=clock)
    client = create_app(context).test_client()
    for each in events:
        assert post_event(client, each, clock()).status_code == 200
    clock.advance(timedelta(seconds=1))  # an answer counts as overtaken by what came in the instant of the question
    if fetch:
        with intercept(world):
            while run_pending(context, pace=Pace(10_000)).taken:
                pass
    found = _rows(context), _answers(client, clock)
    context.db.close()
    return found


def _rows(context: Context) -> Rows:
    with context.db.read() as tx:
        return {
            row.id: (orjson.loads(row.body), row.resolved)
            for model in MIRRORED.values()
            for row in tx.execute(text(f"SELECT id, body, resolved FROM {table_of(model).name}"))
        }


def _answers(client: FlaskClient, clock: HandClock) -> Answers:
    """By the hour around a day, and by the day around a month."""
    begin, found = clock(), []
    for hours in (0, 1, 24, 72, 73, 24 * 8, 24 * 31, 24 * 35):
        clock.now = begin + timedelta(hours=hours)
        found.append({name: value for name, value in ask_access(client, "ada").items() if name != "as_of"})
    return found


def _truth(world: World) -> dict[str, Any]:
    return {each["data"]["object"]["id"]: each["data"]["object"] for each in world.events}


def _compare(rows: Rows, truth: dict[str, Any], answers: Answers, expected: Answers) -> int:
    """Only rows that say that they are unresolved may differ, and answers only then; gives their number."""
    unresolved = {object_id for object_id, (_, resolved) in rows.items() if not resolved}
    for object_id, (body, _) in rows.items():
        assert object_id in unresolved or body == truth[object_id], object_id
    assert rows.keys() == {object_id for object_id in truth if object_id.startswith(_MIRRORED_PREFIXES)}
    assert unresolved or answers == expected
    return len(unresolved)


_MIRRORED_PREFIXES = ("cus_", "prod_", "price_", "sub_", "in_", "inpay_", "pi_", "ch_", "cs_")
