"""Killed anywhere, the request is finished by the job, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.billing.cancellation import cancel, repeat_due, resume
from app.billing.context import Context
from tests.billing.cancellation_stage import ALICE, SOON, Stage
from tests.billing.mortal import Killed, mortal

Act = Callable[[Context, Stage], object]
MOST_POINTS = 60

# What is left behind is what was committed, on either database; the longest way is gone on both.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_ONE
def test_a_cancellation_is_finished_whenever_it_is_killed(stage: Stage) -> None:
    def reset(stage: Stage) -> None:
        stage.subscribe()

    for _ in _deaths(stage, reset, _cancel):
        assert stage.ends_with_cycle()
        assert len([params for _, _, params in stage.changes if "cancel_at_period_end" in params]) == 1
        stage.check_no_proration()


@ON_ONE
def test_a_resumption_is_finished_whenever_it_is_killed(stage: Stage) -> None:
    def reset(stage: Stage) -> None:
        stage.subscribe()
        stage.cancel()
        stage.hear()

    for _ in _deaths(stage, reset, _resume):
        found = stage.at_stripe
        assert (found["status"], found["cancel_at_period_end"], found["cancel_at"]) == ("active", False, None)


@ON_ONE
def test_a_plan_is_released_and_the_end_scheduled_whenever_it_is_killed(stage: Stage) -> None:
    plans = []

    def reset(stage: Stage) -> None:
        stage.subscribe()
        made = stage.world.call("POST", "/v1/subscription_schedules", from_subscription=stage.subscription)
        plans.append(made["id"])
        stage.hear()

    for row in _deaths(stage, reset, _cancel):
        assert stage.ends_with_cycle()
        assert row["released_schedule"] == plans[-1]
        assert len([path for _, path, _ in stage.changes if path.endswith("/release")]) == 1


def test_a_renewal_is_undone_whenever_that_is_killed(stage: Stage) -> None:
    def reset(stage: Stage) -> None:
        stage.subscribe()
        end = stage.cycle_end
        stage.advance_to(end - timedelta(minutes=30))
        stage.world.trouble.outage(1)
        stage.cancel()
        stage.advance_to(end + timedelta(minutes=1))
        stage.world.requests.clear()

    for row in _deaths(stage, reset, lambda context, _: repeat_due(context)):
        assert row["outcome"] == "renewal_stopped"
        assert (stage.at_stripe["status"], stage.invoices[-1]["status"]) == ("canceled", "void")
        assert [invoice["amount_paid"] for invoice in stage.invoices] == [2000, 0]
        assert len(stage.changes) == 4
        stage.check_no_proration()


def test_while_it_may_still_be_alive_nobody_else_acts(stage: Stage) -> None:
    stage.subscribe()
    with mortal(stage, 3) as context, pytest.raises(Killed):
        stage.cancel(context)
    assert stage.row["lease"] is not None
    stage.clock.advance(timedelta(minutes=4))
    assert stage.repeat() == 0
    stage.clock.advance(timedelta(minutes=2))
    assert stage.repeat() == 1


def _cancel(context: Context, stage: Stage) -> object:
    return cancel(context, uid=ALICE, subscription=stage.subscription, actor="customer")


def _resume(context: Context, stage: Stage) -> object:
    return resume(context, uid=ALICE, subscription=stage.subscription, actor="customer")


def _deaths(stage: Stage, reset: Callable[[Stage], None], act: Act):  # type: ignore[no-untyped-def]
    """Kill `act` at its first point, its second, … and let the job finish; yields the row of each, then of no death."""
    for points in range(MOST_POINTS):
        stage.world.requests.clear()
        reset(stage)
        stage.world.requests.clear()
        died = _dies(stage, act, points)
        stage.advance(SOON)
        stage.repeat()
        assert not _waiting(stage)
        yield next(row for row in stage.rows if row["subscription"] == stage.subscription and row["state"] == "done")
        if not died:
            assert points > 2
            return
    raise AssertionError("it dies for ever")


def _dies(stage: Stage, act: Act, points: int) -> bool:
    try:
        with mortal(stage, points, only_after=True) as context:
            act(context, stage)
    except Killed:
        return True
    return False


def _waiting(stage: Stage) -> bool:
    return any(row["state"] == "recorded" for row in stage.rows)
