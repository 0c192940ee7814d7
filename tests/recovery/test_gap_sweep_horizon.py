"""The sweep's place in Stripe's list survives age, other releases and other walkers, or says that it did not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.billing import gap_stretch, gap_sweep
from app.billing.gap_sweep import GapReport
from app.db.engine import Tx
from app.db.inbox import InboxEvent
from app.db.sweep_cursor import SweepCursor
from app.db.tables import table_of
from tests.recovery.deaf import (
    alarms,
    cursor,
    deaf_stage,
    mirrored_events,
    settle,
    sweep,
)
from tests.support.stage import Stage
from tests.support.truth import untruths

_I, _S = table_of(InboxEvent), table_of(SweepCursor)


@pytest.fixture
def deaf(database_url: str) -> Iterator[Stage]:
    with deaf_stage(database_url) as made:
        yield made


def test_the_cursor_survives_that_its_event_ages_out(deaf: Stage) -> None:
    sweep(deaf)
    before = cursor(deaf)
    deaf.advance(days=29)
    sweep(deaf)
    with deaf.context.db.write() as tx:  # as if that walk had found nothing new
        _put_back(tx, before.position, before.position_at)
    deaf.advance(days=2)
    lost = alarms("gap_sweep.events_lost")
    assert sweep(deaf).read > 0
    assert cursor(deaf).position not in (None, before.position)
    assert alarms("gap_sweep.events_lost") == lost
    settle(deaf)
    assert untruths(deaf.context.db, deaf.world) == []


def test_the_first_walk_looks_back_as_far_as_stripe_does(deaf: Stage) -> None:
    deaf.advance(days=20)
    lost = alarms("gap_sweep.events_lost")
    assert sweep(deaf).missing == len(mirrored_events(deaf))
    assert alarms("gap_sweep.events_lost") == lost


def test_a_first_walk_that_finds_stripe_away_loses_nothing(deaf: Stage) -> None:
    deaf.world.trouble.outage(1)
    lost = alarms("gap_sweep.events_lost")
    assert sweep(deaf).read == 0
    deaf.advance(hours=1)
    assert sweep(deaf).missing == len(mirrored_events(deaf))
    assert alarms("gap_sweep.events_lost") == lost


def test_it_says_when_events_are_lost_for_good(deaf: Stage) -> None:
    sweep(deaf)
    deaf.advance(days=35)
    before = alarms("gap_sweep.events_lost")
    sweep(deaf)
    assert alarms("gap_sweep.events_lost") == before + 1


def test_it_alarms_long_before_the_horizon(deaf: Stage) -> None:
    sweep(deaf)
    deaf.world.trouble.outage()
    deaf.advance(days=6)
    before = alarms("gap_sweep.behind")
    sweep(deaf)
    assert alarms("gap_sweep.behind") == before
    deaf.advance(days=2)
    sweep(deaf)
    assert alarms("gap_sweep.behind") == before + 1
    assert timedelta(days=30) > gap_sweep.ALARM_AFTER * 3


def test_a_body_of_another_release_is_a_hint(deaf: Stage) -> None:
    for event in deaf.world.events:
        event["api_version"] = "2024-06-20"
    sweep(deaf)
    with deaf.context.db.read() as tx:
        states = set(tx.execute(select(_I.c.state)).scalars())
    assert states == {"hint"}
    settle(deaf)
    assert untruths(deaf.context.db, deaf.world) == []


def test_two_walks_at_once_take_each_event_once(deaf: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[GapReport] = []
    read = gap_stretch.read_stretch

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        if not others:
            others.append(GapReport(read=-1))
            others.append(sweep(deaf))
        return read(*arguments, **named)

    monkeypatch.setattr("app.billing.gap_sweep.read_stretch", meanwhile)
    assert sweep(deaf).missing == len(mirrored_events(deaf))
    assert others[1] == GapReport()


def _put_back(tx: Tx, position: str, position_at: int) -> None:
    tx.execute(update(_S).values(position=position, position_at=position_at))
