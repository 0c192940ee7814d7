"""What the webhook never brought is found in Stripe's own list, whatever stops the walk."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update

from app.billing import fetching, gap_stretch, gap_sweep, mirror
from app.billing.gap_sweep import GapReport
from app.billing.pace import Pace
from app.db.engine import Tx
from app.db.inbox import InboxEvent
from app.db.sweep_cursor import SweepCursor
from app.db.tables import MIRRORED, table_of
from tests.support.product import ask_access
from tests.support.stage import Stage, stage
from tests.support.truth import untruths

_I, _S = table_of(InboxEvent), table_of(SweepCursor)
QUICK = Pace(1e6)


class Killed(BaseException):
    """The process is gone."""


class TroubleOnceStored(Pace):
    """Stripe goes away as soon as something has been stored."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(1e6)
        self._stage = stage

    def keep(self, kind: str) -> None:
        if stored(self._stage):
            self._stage.world.trouble.outage(1)


@pytest.fixture
def deaf(database_url: str) -> Iterator[Stage]:
    """A product that no webhook reaches, beside a Stripe where much has happened."""
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        for number in range(9):
            made.subscribe(f"user{number}")
        made.advance(days=2)
        yield made


def sweep(stage: Stage) -> GapReport:
    return gap_sweep.run(stage.context, pace=QUICK)


def settle(stage: Stage) -> None:
    """Fetch what the mirror was unsure of."""
    stage.advance(seconds=1)
    while fetching.run_pending(stage.context, pace=QUICK).taken:
        pass


def mirrored_events(stage: Stage) -> list[dict[str, Any]]:
    return [event for event in stage.world.events if event["data"]["object"]["object"] in MIRRORED]


def stored(stage: Stage) -> int:
    with stage.context.db.read() as tx:
        return tx.execute(select(func.count()).select_from(_I).where(_I.c.type != "fetched")).scalar_one()


def cursor(stage: Stage) -> Any:
    with stage.context.db.read() as tx:
        return tx.execute(select(_S).where(_S.c.name == gap_sweep.NAME)).one()


def alarms(name: str) -> float:
    return REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": name}) or 0


def test_what_never_came_is_found_and_ends_equal_to_the_truth(deaf: Stage) -> None:
    assert ask_access(deaf.browser(), "user3")["reason"] == "no_subscription"
    assert len(deaf.world.events) > 100, "more than one page"
    report = sweep(deaf)
    assert report == GapReport(read=len(deaf.world.events), missing=len(mirrored_events(deaf)))
    settle(deaf)
    assert untruths(deaf.context.db, deaf.world) == []
    assert ask_access(deaf.browser(), "user3")["reason"] == "active"


def test_what_is_stored_is_not_taken_again(deaf: Stage) -> None:
    sweep(deaf)
    again = sweep(deaf)
    assert again.missing == 0
    assert again.read < 100, "it begins where the last walk came to, a little behind"


def test_only_what_is_missing_is_taken(database_url: str) -> None:
    with stage(database_url) as made:
        made.world.trouble.drop(lambda event: event["type"] == "invoice.paid")
        before = REGISTRY.get_sample_value("paidthrough_missed_events_total", {"type": "invoice.paid"}) or 0
        made.subscribe("ada")
        made.advance(hours=1)
        assert sweep(made).missing == 1
        assert REGISTRY.get_sample_value("paidthrough_missed_events_total", {"type": "invoice.paid"}) == before + 1
        settle(made)
        assert untruths(made.context.db, made.world) == []


def test_what_has_just_happened_may_still_come_by_itself(database_url: str) -> None:
    with stage(database_url) as made:
        made.world.trouble.delay(30)
        made.subscribe("ada")
        assert sweep(made).missing == 0
        made.advance(seconds=30)
        assert stored(made) == len(made.world.events)
        made.advance(hours=1)
        assert sweep(made).missing == 0


@pytest.mark.parametrize("dies_at", range(1, 4))
def test_a_walk_that_is_killed_goes_on_where_it_was(deaf: Stage, dies_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, take = 0, mirror.take_events

    def mortal(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == dies_at:
            raise Killed
        return take(*arguments)

    monkeypatch.setattr("app.billing.gap_stretch.take_events", mortal)
    monkeypatch.setattr("app.db.sweep_cursor.release", lambda *_, **__: None)  # nobody is left to do so
    with pytest.raises(Killed):
        sweep(deaf)
    assert sweep(deaf) == GapReport(), "somebody else may still be at it"
    deaf.advance(seconds=gap_sweep.LEASE.total_seconds())
    sweep(deaf)
    settle(deaf)
    assert stored(deaf) == len(mirrored_events(deaf))
    assert untruths(deaf.context.db, deaf.world) == []


def test_a_refused_or_lost_page_waits_for_the_next_walk(deaf: Stage) -> None:
    for trouble in (deaf.world.trouble.rate_limited, deaf.world.trouble.timeout_before_effect):
        deaf.world.requests.clear()
        trouble(only="/v1/events")
        assert sweep(deaf) == GapReport()
        assert len(deaf.world.requests) <= 1, "it does not hammer"
    deaf.world.trouble.outage()
    assert sweep(deaf) == GapReport()
    deaf.world.trouble.calm()
    sweep(deaf)
    assert stored(deaf) == len(mirrored_events(deaf))


def test_trouble_in_the_middle_keeps_what_was_done(deaf: Stage) -> None:
    report = gap_sweep.run(deaf.context, pace=TroubleOnceStored(deaf))
    assert 0 < report.missing < len(mirrored_events(deaf))
    assert report.missing + sweep(deaf).missing == len(mirrored_events(deaf))


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
