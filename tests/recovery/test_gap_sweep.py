"""What the webhook never brought is found in Stripe's own list, whatever stops the walk."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from prometheus_client import REGISTRY

from app.billing import gap_sweep, mirror
from app.billing.gap_sweep import GapReport
from tests.recovery.deaf import (
    Killed,
    TroubleOnceStored,
    deaf_stage,
    mirrored_events,
    settle,
    stored,
    sweep,
)
from tests.support.product import ask_access
from tests.support.stage import Stage, stage
from tests.support.truth import untruths


@pytest.fixture
def deaf(database_url: str) -> Iterator[Stage]:
    with deaf_stage(database_url) as made:
        yield made


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
        deaf.advance(minutes=5)
    deaf.world.trouble.outage()
    assert sweep(deaf) == GapReport()
    deaf.world.trouble.calm()
    assert sweep(deaf) == GapReport(), "everything rests for seconds"
    deaf.advance(minutes=5)
    sweep(deaf)
    assert stored(deaf) == len(mirrored_events(deaf))


def test_trouble_with_the_list_alone_is_asked_again_less_and_less_often(deaf: Stage) -> None:
    deaf.world.trouble.internal_error(1000, only="/v1/events")
    tried = []
    for minute in range(0, 120, 5):
        before = len(deaf.world.requests)
        sweep(deaf)
        tried += [minute] * (len(deaf.world.requests) - before)
        deaf.advance(minutes=5)
    assert tried[0] == 0
    gaps = [later - earlier for earlier, later in pairwise(tried)]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 10 < 40 <= gaps[-1] <= 80
    deaf.world.trouble.calm()
    deaf.advance(minutes=75)
    sweep(deaf)
    assert stored(deaf) == len(mirrored_events(deaf))


def test_trouble_in_the_middle_keeps_what_was_done(deaf: Stage) -> None:
    report = gap_sweep.run(deaf.context, pace=TroubleOnceStored(deaf))
    assert 0 < report.missing < len(mirrored_events(deaf))
    deaf.advance(seconds=2)
    assert report.missing + sweep(deaf).missing == len(mirrored_events(deaf))
