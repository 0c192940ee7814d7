"""Stripe saying no, and a run of the job in which not everything goes well."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.billing.alarms import alarms
from app.billing.cancellation import CancelResult
from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from app.sandbox.world import Response, World
from tests.billing.cancellation_stage import ALICE, SOON, Stage


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
    assert stage.repeat() == 0
    assert len(stage.world.requests) - before == 1, "then it rests"
    stage.world.trouble.calm()
    stage.advance(timedelta(seconds=10))
    assert stage.repeat() == 5
    stage.advance(SOON)
    assert stage.repeat() == 1
    assert {row["state"] for row in stage.rows} == {"done"}


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.TERMINATED])
def test_a_resumption_is_not_repeated_for_who_lost_their_standing_meanwhile(stage: Stage, standing: Standing) -> None:
    stage.subscribe()
    stage.cancel()
    stage.hear()
    stage.world.trouble.outage()
    assert stage.resume().result is CancelResult.RECORDED
    _decide(stage, standing)
    stage.world.trouble.calm()
    stage.advance(SOON)
    before = len(stage.changes)
    stage.repeat()
    assert stage.at_stripe["cancel_at_period_end"]
    assert not [path for _, path, params in stage.changes[before:] if "cancel_at_period_end" in params]
    (resumption,) = [row for row in stage.rows if row["action"] == "resume"]
    assert (resumption["state"], resumption["outcome"]) == ("refused", "not_in_good_standing")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_resumption_stops_between_two_of_its_steps_for_who_loses_their_standing(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    stage.hear()
    end, plain = int(stage.cycle_end.timestamp()), stage.world.request

    def request(method: str, path: str, **given: Any) -> Response:
        plain(method, path, **given)
        if stage.world.request is not plain:
            stage.world.request = plain  # type: ignore[method-assign]
            stage.stored()["cancel_at"] = end
            _decide(stage, Standing.SUSPENDED)
        return plain("GET", path, headers=given["headers"])

    stage.world.request = request  # type: ignore[method-assign]
    stage.resume()
    stage.advance(SOON)
    stage.repeat()
    assert stage.at_stripe["cancel_at"] is not None
    assert {row["action"]: row["outcome"] for row in stage.rows}["resume"] == "not_in_good_standing"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_resumption_is_repeated_for_who_was_reinstated_meanwhile(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    stage.hear()
    stage.world.trouble.outage()
    stage.resume()
    for standing in (Standing.SUSPENDED, Standing.GOOD):
        _decide(stage, standing)
    stage.world.trouble.calm()
    stage.advance(SOON)
    stage.repeat()
    assert not stage.at_stripe["cancel_at_period_end"]


@pytest.mark.parametrize(
    ("standing", "kind"), [(Standing.SUSPENDED, "suspend_refused"), (Standing.TERMINATED, "terminate_refused")]
)
def test_an_operator_hears_of_a_standing_that_stripe_refuses_to_follow(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, standing: Standing, kind: str
) -> None:
    stage.subscribe()
    with monkeypatch.context() as patched:
        patched.setattr(stage.world, "request", _refusing(stage.world))
        _decide(stage, standing)
    assert stage.row["state"] == "refused"
    (raised,) = alarms(stage.context)
    assert (raised.kind, raised.object_id, raised.uid) == (kind, stage.subscription, ALICE)
    assert raised.customer == stage.at_stripe["customer"]
    assert "Not today." in raised.facts
    stage.advance(SOON)
    stage.repeat()
    assert len(alarms(stage.context)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_customers_request_that_stripe_refuses_is_no_alarm(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.subscribe()
    monkeypatch.setattr(stage.world, "request", _refusing(stage.world))
    assert stage.cancel().result is CancelResult.REFUSED
    assert alarms(stage.context) == []


def _decide(stage: Stage, standing: Standing) -> None:
    stage.advance(timedelta(seconds=30))
    decide_standing(stage.context, Ruling(uid=ALICE, standing=standing, reason="spam", actor="olga"))


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
