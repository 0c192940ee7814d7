"""Two clicks at once are one effect at Stripe; no database transaction is open while Stripe is asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from app.billing.cancellation import CancelOutcome, CancelResult
from app.sandbox.world import Response
from tests.billing.cancellation_stage import SOON, Stage

CLICKS = 4


def test_a_click_while_stripe_is_being_asked_waits_for_that(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.subscribe()
    first, second = _during(stage, monkeypatch, stage.cancel, stage.cancel)
    assert first.result is CancelResult.SCHEDULED
    assert (second.result, second.requested_at) == (CancelResult.RECORDED, first.requested_at)
    assert len(stage.changes) == len(stage.rows) == 1
    stage.advance(SOON)
    assert stage.repeat() == 0


def test_the_job_leaves_alone_what_is_being_done(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.subscribe()
    first, repeated = _during(stage, monkeypatch, stage.cancel, stage.repeat)
    assert (first.result, repeated) == (CancelResult.SCHEDULED, 0)
    assert len(stage.changes) == 1


def test_a_change_of_mind_while_stripe_is_being_asked_wins(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.subscribe()
    _, second = _during(stage, monkeypatch, stage.cancel, stage.resume)
    assert second.result is CancelResult.RECORDED
    assert stage.ends_with_cycle()
    assert stage.repeat() == 1
    assert not stage.at_stripe["cancel_at_period_end"]
    assert {row["action"]: row["state"] for row in stage.rows} == {"cancel": "superseded", "resume": "done"}


def test_many_clicks_at_once_are_one_effect(stage: Stage) -> None:
    stage.subscribe()
    start = Barrier(CLICKS)

    def click(_: int) -> CancelResult:
        start.wait(timeout=10)
        return stage.cancel().result

    with ThreadPoolExecutor(CLICKS) as pool:
        results = list(pool.map(click, range(CLICKS)))
    assert results.count(CancelResult.SCHEDULED) == 1
    assert set(results) <= {CancelResult.SCHEDULED, CancelResult.RECORDED, CancelResult.ALREADY_ENDING}
    assert len(stage.changes) == len(stage.rows) == 1


def test_many_jobs_at_once_are_one_effect_each(stage: Stage) -> None:
    for _ in range(3):
        stage.subscribe()
        stage.world.trouble.timeout_before_effect()
        stage.cancel()
    stage.advance(SOON)
    before, start = len(stage.changes), Barrier(CLICKS)

    def run(_: int) -> int:
        start.wait(timeout=10)
        return stage.repeat()

    with ThreadPoolExecutor(CLICKS) as pool:
        assert sum(pool.map(run, range(CLICKS))) == 3
    assert len(stage.changes) - before == 3


def _during(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, act: Callable[[], CancelOutcome], other: Callable[[], Any]
) -> tuple[CancelOutcome, Any]:
    """Do `other` while Stripe answers the change that `act` asks for."""
    plain = stage.world.request
    heard: list[Any] = []

    def meanwhile(method: str, path: str, **given: Any) -> Response:
        if method == "POST" and not heard:
            heard.append(None)
            with ThreadPoolExecutor(1) as pool:
                heard[0] = pool.submit(other).result(timeout=20)
        return plain(method, path, **given)

    with monkeypatch.context() as patched:
        patched.setattr(stage.world, "request", meanwhile)
        return act(), heard[0]
