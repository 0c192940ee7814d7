"""Wishes for objects: each is fulfilled once, none is lost, and Stripe is never hurried."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.billing import fetch_turn, fetching
from app.billing.fetching import FetchReport, run_pending
from app.billing.pace import Pace
from app.db import sweep_cursor
from app.db.engine import Database
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.stripe_gateway import fetching as gateway_fetching
from tests.support.fetch_wishes import ask, rows, wish
from tests.support.stage import START, Stage, stage

_S = table_of(Subscription)
SECOND = timedelta(seconds=1)


@pytest.fixture
def scene(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as ready:
        yield ready


def mirrored_status(db: Database, subscription: str) -> str | None:
    with db.read() as tx:
        return tx.execute(select(_S.c.status).where(_S.c.id == subscription)).scalar()


def changed_behind_our_back(scene: Stage, subscription: str) -> None:
    """Canceled at Stripe, its webhooks lost."""
    scene.world.trouble.drop(lambda _: True)
    scene.world.call("DELETE", f"/v1/subscriptions/{subscription}")


class TestFetching:
    def test_what_stripe_says_is_mirrored_and_the_wish_is_gone(self, scene: Stage) -> None:
        subscription = scene.subscribe("alice")
        changed_behind_our_back(scene, subscription)
        scene.clock.advance(10 * SECOND)
        ask(scene.context.db, wish(subscription))
        assert mirrored_status(scene.context.db, subscription) == "active"
        assert run_pending(scene.context).taken >= 1
        assert mirrored_status(scene.context.db, subscription) == "canceled"
        assert rows(scene.context.db) == []

    def test_nothing_to_do_is_an_empty_report(self, scene: Stage) -> None:
        assert run_pending(scene.context) == FetchReport()

    def test_an_object_that_is_gone_is_not_asked_for_again(self, scene: Stage) -> None:
        ask(scene.context.db, wish("sub_missing"))
        assert run_pending(scene.context) == FetchReport(gone=1)
        assert rows(scene.context.db) == []

    def test_stripe_away_waits_longer_each_time_and_loses_nothing(self, scene: Stage) -> None:
        scene.world.trouble.outage()
        ask(scene.context.db, wish("sub_1"))
        for seconds in (5, 10, 20, 40):
            assert run_pending(scene.context) == FetchReport(failed=1)
            (row,) = rows(scene.context.db)
            assert row.due_at == scene.clock.now + seconds * SECOND
            assert run_pending(scene.context) == FetchReport()
            scene.clock.now = row.due_at
        assert row.attempts == 4
        assert "StripeUnavailable" in row.last_error

    def test_stripe_away_is_found_out_once_and_the_rest_stays_due(self, scene: Stage) -> None:
        scene.world.trouble.outage()
        ask(scene.context.db, *(wish(f"sub_{number:02}") for number in range(40)))
        report = run_pending(scene.context)
        assert report.failed + report.untried == 40
        assert 1 <= report.failed <= fetching.AT_ONCE
        still_due = [row for row in rows(scene.context.db) if row.due_at == START and row.leased_until is None]
        assert len(still_due) == report.untried

    def test_one_bad_object_does_not_stop_the_rest(self, scene: Stage) -> None:
        subscription = scene.subscribe("alice")
        ask(scene.context.db, wish("x_1", kind="not.a.kind"), wish(subscription))
        scene.clock.advance(10 * SECOND)
        report = run_pending(scene.context)
        assert (report.failed, report.taken >= 1) == (1, True)
        assert [row.object_id for row in rows(scene.context.db)] == ["x_1"]

    def test_an_event_that_came_during_the_call_wins_and_the_object_is_asked_for_again(
        self, scene: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscription = scene.subscribe("alice")
        run_pending(scene.context)
        scene.clock.advance(10 * SECOND)
        scene.world.advance(10)
        ask(scene.context.db, wish(subscription))
        monkeypatch.setattr("app.billing.fetching.fetch", _overtaken(scene, subscription))
        assert run_pending(scene.context).again == 1
        assert [row.object_id for row in rows(scene.context.db)] == [subscription]
        monkeypatch.undo()
        scene.clock.advance(10 * SECOND)
        assert run_pending(scene.context).taken == 1
        assert mirrored_status(scene.context.db, subscription) == "canceled"
        assert rows(scene.context.db) == []


class TestPace:
    def test_calls_of_one_kind_are_kept_apart(self) -> None:
        waits: list[float] = []
        pace = Pace(20, monotonic=lambda: 100.0, wait=waits.append)
        for kind in ("invoice", "invoice", "subscription", "invoice"):
            pace.keep(kind)
        assert waits == pytest.approx([0.05, 0.1])

    def test_calls_of_all_kinds_are_kept_apart_too(self) -> None:
        waits: list[float] = []
        pace = Pace(20, in_all=80, monotonic=lambda: 100.0, wait=waits.append)
        for kind in ("invoice", "subscription", "charge", "invoice"):
            pace.keep(kind)
        assert waits == pytest.approx([0.0125, 0.025, 0.05])

    def test_stripes_limits_are_not_reached(self) -> None:
        assert fetching.PER_SECOND < 25
        assert fetching.IN_ALL < 100

    def test_nor_by_several_processes(self, scene: Stage) -> None:
        ask(scene.context.db, wish("sub_1"), wish("sub_2"))
        others: list[FetchReport] = []

        class Meanwhile(Pace):
            def keep(self, kind: str) -> None:
                others.append(run_pending(scene.context, limit=1))

        assert run_pending(scene.context, limit=1, pace=Meanwhile(1)) == FetchReport(gone=1)
        assert others == [FetchReport()]
        assert run_pending(scene.context, limit=1) == FetchReport(gone=1)

    def test_a_killed_process_keeps_its_turn_for_seconds(self, scene: Stage) -> None:
        ask(scene.context.db, wish("sub_1"))
        now = scene.clock()
        with scene.context.db.write() as tx:
            assert sweep_cursor.claim(tx, fetch_turn.NAME, lease="killed", until=now + fetch_turn.LASTS, now=now)
        assert run_pending(scene.context) == FetchReport()
        scene.clock.advance(fetch_turn.LASTS)
        assert run_pending(scene.context) == FetchReport(gone=1)


def _overtaken(scene: Stage, subscription: str) -> Any:
    """A fetch whose answer is overtaken by an event of the same object."""

    def fetch(gateway: Any, kind: str, object_id: str, **options: Any) -> Any:
        answer = gateway_fetching.fetch(gateway, kind, object_id, **options)
        if object_id == subscription:
            scene.clock.advance(SECOND)
            scene.world.call("DELETE", f"/v1/subscriptions/{subscription}")
            scene.deliver()
        return answer

    return fetch
