"""Ends made elsewhere, plans and terms; and undoing an end however Stripe shows it."""

from datetime import timedelta
from typing import Any

import pytest

from app.billing.cancellation import CancelResult
from app.sandbox.world import Response
from tests.billing.cancellation_stage import Stage

BEHAVIOR = {"proration_behavior": "none"}


def test_there_is_nothing_to_resume_where_nothing_ends(stage: Stage) -> None:
    stage.subscribe()
    assert stage.resume().result is CancelResult.NOTHING_TO_RESUME
    assert not stage.world.requests
    assert not stage.rows


@pytest.mark.parametrize("billing_mode", ["flexible", "classic"])
def test_a_cancellation_in_the_portal_is_ending_and_can_be_resumed(stage: Stage, billing_mode: str) -> None:
    stage.subscribe(billing_mode={"type": billing_mode})
    stage.world.portal_cancel(stage.subscription)
    stage.hear()
    assert stage.cancel().result is CancelResult.ALREADY_ENDING
    assert stage.resume().result is CancelResult.RESUMED
    found = stage.at_stripe
    assert (found["cancel_at"], found["cancel_at_period_end"], found["canceled_at"]) == (None, False, None)
    sent = {"cancel_at": ""} if billing_mode == "flexible" else {"cancel_at_period_end": "false"}
    assert [params for _, _, params in stage.changes] == [sent | BEHAVIOR]
    stage.check_no_proration()


@pytest.mark.parametrize("billing_mode", ["flexible", "classic"])
@pytest.mark.parametrize("flag_sets_cancel_at", [True, False])
def test_our_own_cancellation_can_be_resumed_however_stripe_shows_it(
    stage: Stage, billing_mode: str, flag_sets_cancel_at: bool
) -> None:
    stage.world.variants.flexible_flag_sets_cancel_at = flag_sets_cancel_at
    stage.world.variants.classic_flag_sets_cancel_at = flag_sets_cancel_at
    stage.subscribe(billing_mode={"type": billing_mode})
    assert stage.cancel().ends_at == stage.cycle_end
    assert stage.resume().result is CancelResult.RESUMED
    found = stage.at_stripe
    assert (found["cancel_at"], found["cancel_at_period_end"]) == (None, False)


def test_both_fields_are_cleared_in_calls_of_their_own(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """If clearing the boolean leaves `cancel_at` as it is, it takes a second call."""
    stage.subscribe()
    stage.cancel()
    left, plain = [int(stage.cycle_end.timestamp())], stage.world.request

    def leaves_cancel_at(method: str, path: str, **given: Any) -> Response:
        answer = plain(method, path, **given)
        if not left:
            return answer
        stage.stored()["cancel_at"] = left.pop()
        return plain("GET", path, headers=given["headers"])

    monkeypatch.setattr(stage.world, "request", leaves_cancel_at)
    assert stage.resume().result is CancelResult.RESUMED
    assert [params for _, _, params in stage.changes[1:]] == [
        {"cancel_at_period_end": "false"} | BEHAVIOR,
        {"cancel_at": ""} | BEHAVIOR,
    ]
    assert stage.at_stripe["cancel_at"] is None


def test_a_plan_is_released_before_the_end_is_scheduled(stage: Stage) -> None:
    stage.subscribe()
    plan = stage.world.call("POST", "/v1/subscription_schedules", from_subscription=stage.subscription)["id"]
    stage.hear()
    outcome = stage.cancel()
    assert (outcome.result, outcome.released_schedule) == (CancelResult.SCHEDULED, plan)
    assert [path for _, path, _ in stage.changes] == [
        f"/v1/subscription_schedules/{plan}/release",
        f"/v1/subscriptions/{stage.subscription}",
    ]
    assert stage.row["released_schedule"] == plan
    assert stage.ends_with_cycle()


def test_a_plan_that_ended_in_the_meantime_is_not_said_to_be_dropped(stage: Stage) -> None:
    stage.subscribe()
    plan = stage.world.call("POST", "/v1/subscription_schedules", from_subscription=stage.subscription)["id"]
    stage.hear()
    stage.world.call("POST", f"/v1/subscription_schedules/{plan}/release")
    outcome = stage.cancel()  # the mirror has not heard of it
    assert (outcome.result, outcome.released_schedule) == (CancelResult.SCHEDULED, None)
    assert stage.row["released_schedule"] is None


def test_a_fixed_term_is_no_cancellation_and_ends_sooner_when_canceled(stage: Stage) -> None:
    far = int((stage.clock.now + timedelta(days=300)).timestamp())
    stage.subscribe(cancel_at=far, proration_behavior="none")
    assert stage.resume().result is CancelResult.NOTHING_TO_RESUME
    outcome = stage.cancel()
    assert (outcome.result, outcome.ends_at) == (CancelResult.SCHEDULED, stage.cycle_end)


def test_an_end_that_a_plan_holds_is_not_undone_by_us(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    stage.stored()["schedule"] = "sub_sched_hidden"
    stage.hear()
    with_plan = stage.resume()
    assert with_plan.result is CancelResult.REFUSED
    assert stage.rows[-1]["state"] == "refused"
