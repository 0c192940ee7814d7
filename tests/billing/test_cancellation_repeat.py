"""Stripe saying no, and a run of the job in which not everything goes well."""

from collections.abc import Callable
from typing import Any

import pytest

from app.billing.cancellation import CancelResult
from app.sandbox.world import Response, World
from tests.billing.cancellation_stage import SOON, Stage


def test_a_bad_api_key_loses_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.subscribe()
    requestor = stage.context.stripe.client._requestor
    with monkeypatch.context() as patched:
        patched.setattr(requestor._options, "api_key", "sk_live_of_another_account")
        assert stage.cancel().result is CancelResult.RECORDED
    assert "API key" in stage.row["last_error"]
    stage.advance(SOON)
    assert stage.repeat() == 1


def test_what_stripe_lost_is_refused(stage: Stage) -> None:
    stage.subscribe()
    stage.stored()["id"] = "sub_elsewhere"
    stage.world.account.store._by_id.pop(stage.subscription)
    stage.world.account.store._kinds["subscription"].pop(stage.subscription)
    assert stage.cancel().result is CancelResult.REFUSED
    assert (stage.row["state"], stage.row["outcome"]) == ("refused", "refused")
    stage.advance(SOON)
    assert stage.repeat() == 0


def test_what_stripe_refuses_though_it_should_be_possible_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.subscribe()
    monkeypatch.setattr(stage.world, "request", _refusing(stage.world))
    outcome = stage.cancel()
    assert (outcome.result, outcome.requested_at) == (CancelResult.REFUSED, stage.clock.now)
    assert stage.row["state"] == "refused"


def test_one_bad_request_does_not_stop_the_others(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = _three_waiting(stage)[0]
    plain = stage.world.request

    def breaks_for_one(method: str, path: str, **given: Any) -> Response:
        answer = plain(method, path, **given)
        body = b'{"id": 7}' if bad in path else answer.body
        return Response(status=answer.status, headers=answer.headers, body=body)

    with monkeypatch.context() as patched:
        patched.setattr(stage.world, "request", breaks_for_one)
        assert stage.repeat() == 2
    assert {row["subscription"]: row["state"] for row in stage.rows}[bad] == "recorded"
    stage.advance(SOON)
    assert stage.repeat() == 1


def test_an_outage_ends_a_run_early_and_leaves_the_rest_due(stage: Stage) -> None:
    _three_waiting(stage)
    _three_waiting(stage)
    before = len(stage.world.requests)
    stage.world.trouble.outage()
    assert stage.repeat() == 0
    assert len(stage.world.requests) - before == 3
    stage.world.trouble.calm()
    assert stage.repeat() == 3
    stage.advance(SOON)
    assert stage.repeat() == 3
    assert {row["state"] for row in stage.rows} == {"done"}


def _three_waiting(stage: Stage) -> list[str]:
    """Three subscriptions whose cancellation is due to be repeated."""
    subscriptions = []
    for _ in range(3):
        subscriptions.append(stage.subscribe())
        stage.world.trouble.outage(1)
        stage.cancel()
    stage.advance(SOON)
    return subscriptions


def _refusing(world: World) -> Callable[..., Response]:
    plain = world.request

    def refuse(method: str, path: str, **given: Any) -> Response:
        if method == "GET":
            return plain(method, path, **given)
        body = b'{"error": {"type": "invalid_request_error", "message": "Not today."}}'
        return Response(status=400, headers=plain("GET", "/v1/prices", **given).headers, body=body)

    return refuse
