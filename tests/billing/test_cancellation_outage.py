"""Stripe away, slow, or saying no: the request is kept and repeated, reading first."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.billing.cancellation import CancelResult
from app.sandbox.trouble import Trouble
from tests.billing.cancellation_stage import SOON, Stage

TROUBLES: dict[str, Callable[[Trouble], None]] = {
    "outage": lambda trouble: trouble.outage(1),
    "timeout before the effect": lambda trouble: trouble.timeout_before_effect(),
    "timeout after the effect": lambda trouble: trouble.timeout_after_effect(),
    "too many requests": lambda trouble: trouble.rate_limited(),
    "internal error, kept for the key": lambda trouble: trouble.internal_error(),
    "locked": lambda trouble: trouble.lock_timeout(),
    "key in use": lambda trouble: trouble.key_in_use(),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_cancellation_survives_trouble(stage: Stage, trouble: Callable[[Trouble], None]) -> None:
    stage.subscribe()
    asked_at, end = stage.clock.now, stage.cycle_end
    trouble(stage.world.trouble)
    outcome = stage.cancel()
    assert (outcome.result, outcome.requested_at, outcome.ends_at) == (CancelResult.RECORDED, asked_at, end)
    assert (stage.row["state"], stage.row["outcome"]) == ("recorded", None)
    assert stage.row["last_error"].startswith("StripeUnavailable")
    stage.advance(SOON)
    assert (stage.repeat(), stage.repeat()) == (1, 0)
    assert (stage.row["state"], stage.row["ends_at"]) == ("done", int(end.timestamp()))
    assert stage.ends_with_cycle()
    assert len(set(stage.keys)) == len(stage.keys)


def test_what_took_effect_unheard_is_not_sent_again(stage: Stage) -> None:
    stage.subscribe()
    stage.world.trouble.timeout_after_effect()
    stage.cancel()
    stage.advance(SOON)
    assert stage.repeat() == 1
    assert [it.method for it in stage.world.requests] == ["POST", "GET"]
    assert stage.row["outcome"] == "already_ending"


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_resumption_survives_trouble(stage: Stage, trouble: Callable[[Trouble], None]) -> None:
    stage.subscribe()
    stage.cancel()
    trouble(stage.world.trouble)
    outcome = stage.resume()
    assert (outcome.result, outcome.ends_at) == (CancelResult.RECORDED, None)
    stage.advance(SOON)
    assert (stage.repeat(), stage.repeat()) == (1, 0)
    assert not stage.ends_with_cycle()
    assert stage.at_stripe["status"] == "active"


def test_repeating_waits_longer_each_time_and_never_ends(stage: Stage) -> None:
    stage.subscribe()
    stage.world.trouble.outage()
    stage.cancel()
    waits = []
    for _ in range(8):
        before, waited = len(stage.world.requests), timedelta()
        while len(stage.world.requests) == before:
            stage.clock.advance(timedelta(seconds=15))
            waited += timedelta(seconds=15)
            assert stage.repeat() == 0
        waits.append(waited.total_seconds())
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    stage.world.trouble.calm()
    stage.clock.advance(SOON)
    assert stage.repeat() == 1
    assert stage.row["attempts"] == 10


def test_keys_that_stripe_forgot_after_a_day_do_no_harm(stage: Stage) -> None:
    stage.subscribe()
    stage.world.trouble.timeout_after_effect()
    stage.cancel()
    stage.world.trouble.outage()
    stage.advance(timedelta(hours=25))
    assert stage.repeat() == 0
    stage.world.trouble.calm()
    # Somebody at the merchant undoes it in between, and the customer's wish still stands.
    stage.world.call("POST", f"/v1/subscriptions/{stage.subscription}", cancel_at_period_end=False)
    stage.advance(timedelta(hours=25))
    assert stage.repeat() == 1
    assert stage.ends_with_cycle()
    assert stage.row["outcome"] == "scheduled"


def test_a_click_during_an_outage_takes_the_same_request_up_again(stage: Stage) -> None:
    stage.subscribe()
    asked_at = stage.clock.now
    stage.world.trouble.outage(2)
    stage.cancel()
    stage.advance(timedelta(minutes=1))
    again = stage.cancel()
    assert (again.result, again.requested_at) == (CancelResult.RECORDED, asked_at)
    stage.advance(timedelta(minutes=1))
    done = stage.cancel()
    assert (done.result, done.requested_at) == (CancelResult.SCHEDULED, asked_at)
    assert (stage.row["state"], stage.row["attempts"]) == ("done", 3)


def test_who_changes_their_mind_during_an_outage_keeps_the_subscription(stage: Stage) -> None:
    stage.subscribe()
    stage.world.trouble.outage()
    assert stage.cancel().result is CancelResult.RECORDED
    stage.advance(timedelta(seconds=5))
    assert stage.resume().result is CancelResult.RECORDED
    stage.world.trouble.calm()
    stage.advance(SOON)
    assert stage.repeat() == 1
    assert [row["state"] for row in stage.rows] == ["superseded", "done"]
    assert not stage.at_stripe["cancel_at_period_end"]
    assert len(stage.changes) == 1  # the one that the outage swallowed


def test_a_cancellation_that_took_effect_unheard_is_undone_by_a_resumption(stage: Stage) -> None:
    """The mirror shows nothing to resume; the request that waits says that it may not know."""
    stage.subscribe()
    stage.world.trouble.timeout_after_effect()
    stage.cancel()
    assert stage.resume().result is CancelResult.RESUMED
    stage.advance(SOON)
    assert stage.repeat() == 0
    assert not stage.at_stripe["cancel_at_period_end"]


def test_who_changes_their_mind_twice_ends_it(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    stage.world.trouble.outage(1)
    stage.advance(timedelta(seconds=5))
    stage.resume()
    stage.advance(timedelta(seconds=5))
    assert stage.cancel().result is CancelResult.ALREADY_ENDING
    stage.advance(SOON)
    assert stage.repeat() == 0
    assert [row["state"] for row in stage.rows] == ["done", "superseded", "done"]
    assert stage.ends_with_cycle()
