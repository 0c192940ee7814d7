"""A failed event is tried again with patience, and in the end waits for a person: never lost, never in the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.billing import inbox_retry
from app.billing.inbox_retry import RetryReport
from app.billing.mirror_batch import apply_events
from app.db import inbox_due
from app.db.inbox import InboxEvent
from app.db.tables import table_of
from jobs.backlog import count
from tests.support.product import ask_access
from tests.support.stage import Stage, stage

_T = table_of(InboxEvent)
MINUTE = timedelta(minutes=1)
BROKEN = "customer.subscription.created"


@pytest.fixture
def scene(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as ready:
        yield ready


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Applying the creation of a subscription raises until undone."""
    whole = apply_events

    def apply(tx: Any, context: Any, events: Any, *, now: Any) -> Any:
        if any(event.type == BROKEN for event in events):
            raise RuntimeError("cannot cope with it")
        return whole(tx, context, events, now=now)

    monkeypatch.setattr("app.billing.mirror.apply_events", apply)
    return monkeypatch


def failed_row(scene: Stage) -> Any:
    with scene.context.db.read() as tx:
        return tx.execute(select(_T).where(_T.c.type == BROKEN)).one()


def test_nothing_to_do_is_an_empty_report(scene: Stage) -> None:
    assert inbox_retry.run(scene.context) == RetryReport()


def test_a_failed_event_is_applied_as_soon_as_it_can_be(scene: Stage, broken: pytest.MonkeyPatch) -> None:
    scene.subscribe("alice")
    assert failed_row(scene).state == "failed"
    assert inbox_retry.run(scene.context) == RetryReport()  # not due yet
    scene.clock.advance(MINUTE)
    assert inbox_retry.run(scene.context) == RetryReport(failed=1)
    broken.undo()
    assert inbox_retry.run(scene.context) == RetryReport()
    scene.clock.now = failed_row(scene).due_at
    assert inbox_retry.run(scene.context) == RetryReport(applied=1)
    assert failed_row(scene).state in ("applied", "stale")
    assert failed_row(scene).due_at is None
    assert ask_access(scene.browser(), "alice")["entitled"] is True
    scene.clock.advance(timedelta(days=1))
    assert inbox_retry.run(scene.context) == RetryReport()


def test_each_attempt_waits_twice_as_long_up_to_six_hours() -> None:
    waits = [inbox_retry.backoff(attempts) / MINUTE for attempts in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


def test_after_ten_attempts_it_waits_for_a_person_who_can_see_it(scene: Stage, broken: pytest.MonkeyPatch) -> None:
    scene.subscribe("alice")
    reports = []
    while (due := failed_row(scene).due_at) is not None:
        scene.clock.now = due
        reports.append(inbox_retry.run(scene.context))
    assert reports == [RetryReport(failed=1)] * 8 + [RetryReport(quarantined=1)]
    row = failed_row(scene)
    assert (row.state, row.attempts) == ("quarantined", 10)
    assert "cannot cope with it" in row.why
    assert count(scene.context).quarantined_events == 1


def test_an_attempt_that_kills_the_process_counts(scene: Stage, broken: pytest.MonkeyPatch) -> None:
    scene.subscribe("alice")
    scene.clock.advance(MINUTE)
    with scene.context.db.write() as tx:
        (claimed,) = inbox_due.claim(tx, now=scene.clock(), limit=9, until=scene.clock() + inbox_retry.LEASE)
    assert claimed.attempts == failed_row(scene).attempts == 2
    assert inbox_retry.run(scene.context) == RetryReport()  # somebody seems to be at it
    scene.clock.advance(inbox_retry.LEASE)
    assert inbox_retry.run(scene.context) == RetryReport(failed=1)


def test_one_bad_event_does_not_stop_the_others(scene: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = apply_events

    def apply(tx: Any, context: Any, events: Any, *, now: Any) -> Any:
        raise RuntimeError("nothing works")

    with monkeypatch.context() as everything:
        everything.setattr("app.billing.mirror.apply_events", apply)
        scene.subscribe("alice")
    assert count(scene.context).failed_events > 5

    def only_creation_fails(tx: Any, context: Any, events: Any, *, now: Any) -> Any:
        if any(event.type == BROKEN for event in events):
            raise RuntimeError("cannot cope with it")
        return whole(tx, context, events, now=now)

    monkeypatch.setattr("app.billing.mirror.apply_events", only_creation_fails)
    scene.clock.advance(MINUTE)
    report = inbox_retry.run(scene.context)
    assert report.failed == 1
    assert report.applied > 5


def test_a_backlog_is_drained_in_one_run(scene: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as everything:
        everything.setattr("app.billing.mirror.apply_events", lambda *_, **__: 1 / 0)
        scene.subscribe("alice")
    waiting = count(scene.context).failed_events
    scene.clock.advance(MINUTE)
    assert inbox_retry.run(scene.context, limit=2) == RetryReport(applied=waiting)
    assert ask_access(scene.browser(), "alice")["entitled"] is True


def test_an_event_that_cannot_be_read_does_not_stop_the_others(scene: Stage, broken: pytest.MonkeyPatch) -> None:
    scene.subscribe("alice")
    broken.undo()
    with scene.context.db.write() as tx:
        tx.execute(insert(_T).values({**failed_row(scene)._mapping, "id": "evt_unreadable", "body": "[]"}))
    scene.clock.advance(MINUTE)
    assert inbox_retry.run(scene.context) == RetryReport(applied=1, failed=1)


def test_two_at_once_try_each_event_once(scene: Stage, broken: pytest.MonkeyPatch) -> None:
    for number in range(8):
        scene.subscribe(f"user {number}")
    scene.clock.advance(MINUTE)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: inbox_retry.run(scene.context, limit=3), range(6)))
    assert sum(report.failed for report in reports) == 8
