"""Cancel and resume, as the customer meets them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.billing.cancellation import CancelResult
from app.sandbox.world import Response
from tests.billing.cancellation_stage import ALICE, Stage

BEHAVIOR = {"proration_behavior": "none"}


def test_a_cancellation_ends_the_subscription_with_its_cycle(stage: Stage) -> None:
    path = f"/v1/subscriptions/{stage.subscribe()}"
    outcome = stage.cancel()
    assert outcome.result is CancelResult.SCHEDULED
    assert (outcome.ends_at, outcome.requested_at) == (stage.cycle_end, stage.clock.now)
    assert stage.ends_with_cycle()
    assert [(it.method, it.path, it.params) for it in stage.world.requests] == [
        ("POST", path, {"cancel_at_period_end": "true"} | BEHAVIOR)
    ]


def test_the_request_is_kept_with_who_when_why_and_which_cycle_it_found(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    row = stage.row
    assert (row["action"], row["uid"], row["actor"], row["why"]) == ("cancel", ALICE, "customer", "dear")
    assert (row["state"], row["outcome"], row["attempts"]) == ("done", "scheduled", 1)
    assert row["period_end"] == row["ends_at"] == int(stage.cycle_end.timestamp())
    assert row["asked_at"] == int(stage.clock.now.timestamp())
    assert row["lease"] is row["leased_until"] is row["due_at"] is None
    assert stage.keys[0].startswith(f"paidthrough:{row['id']}-")  # type: ignore[union-attr]


def test_a_second_click_finds_it_ending_without_another_call(stage: Stage) -> None:
    stage.subscribe()
    first = stage.cancel()
    stage.advance(timedelta(seconds=30))
    second = stage.cancel()
    assert second.result is CancelResult.ALREADY_ENDING
    assert (second.ends_at, second.requested_at) == (first.ends_at, first.requested_at)
    assert len(stage.world.requests) == len(stage.rows) == 1


def test_a_second_click_asks_while_the_mirror_waits_for_news(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event of the subscription that comes while Stripe answers may be older or newer than the answer."""
    stage.subscribe()
    plain = stage.world.request

    def while_an_event_comes(method: str, path: str, **given: Any) -> Response:
        stage.world.call("POST", path, metadata={"uid": ALICE, "color": "red"})
        stage.hear()
        return plain(method, path, **given)

    with monkeypatch.context() as patched:
        patched.setattr(stage.world, "request", while_an_event_comes)
        assert stage.cancel().result is CancelResult.SCHEDULED
    assert stage.cancel().result is CancelResult.ALREADY_ENDING
    assert [it.method for it in stage.world.requests] == ["POST", "GET"]


def test_the_paid_time_stays_and_the_end_comes_with_the_cycle(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    end = stage.cycle_end
    stage.advance_to(end - timedelta(seconds=1))
    assert stage.at_stripe["status"] == "active"
    stage.advance_to(end + timedelta(hours=3))
    stage.hear()
    assert (stage.at_stripe["status"], len(stage.invoices)) == ("canceled", 1)
    assert stage.cancel().result is stage.resume().result is CancelResult.ALREADY_ENDED
    stage.check_no_proration()


def test_cancel_resume_cancel_ends_it_each_by_a_key_of_its_own(stage: Stage) -> None:
    stage.subscribe()
    assert stage.cancel().result is CancelResult.SCHEDULED
    resumed = stage.resume()
    assert (resumed.result, resumed.ends_at) == (CancelResult.RESUMED, None)
    assert not stage.ends_with_cycle()
    assert stage.cancel().result is CancelResult.SCHEDULED
    assert stage.ends_with_cycle()
    assert len(set(stage.keys)) == len(stage.keys) >= 3
    assert [row["state"] for row in stage.rows] == ["done"] * 3
    stage.check_no_proration()


@pytest.mark.parametrize("uid", ["bob", ""])
def test_what_is_not_theirs_is_as_if_it_did_not_exist(stage: Stage, uid: str) -> None:
    stage.subscribe()
    answers = [stage.cancel(uid=uid), stage.resume(uid=uid)]
    stage.subscription = "sub_unknown"
    answers += [stage.cancel(), stage.resume()]
    assert {answer.result for answer in answers} == {CancelResult.NOT_YOURS}
    assert all(answer == answers[0] for answer in answers)
    assert not stage.world.requests
    assert not stage.rows


def test_what_belongs_to_nobody_is_not_theirs(stage: Stage) -> None:
    stage.subscribe(metadata={})
    assert stage.cancel(uid="").result is stage.cancel().result is CancelResult.NOT_YOURS


def test_what_was_never_paid_cannot_be_canceled(stage: Stage) -> None:
    stage.subscribe(card="pm_card_chargeCustomerFail", payment_behavior="default_incomplete")
    assert stage.at_stripe["status"] == "incomplete"
    assert stage.cancel().result is stage.resume().result is CancelResult.INCOMPLETE
    assert stage.world.requests == []


def test_a_trial_ends_as_a_trial(stage: Stage) -> None:
    stage.subscribe(trial_period_days=14)
    outcome = stage.cancel()
    assert outcome.ends_at == datetime.fromtimestamp(stage.at_stripe["trial_end"], UTC)
    stage.advance(timedelta(days=15))
    assert stage.at_stripe["status"] == "canceled"
    assert [invoice["total"] for invoice in stage.invoices] == [0]


def test_an_end_made_in_the_dashboard_counts_as_ending(stage: Stage) -> None:
    stage.subscribe()
    stage.world.call("POST", f"/v1/subscriptions/{stage.subscription}", cancel_at_period_end=True)
    stage.hear()
    outcome = stage.cancel()
    assert (outcome.result, outcome.ends_at) == (CancelResult.ALREADY_ENDING, stage.cycle_end)


def test_what_ended_at_stripe_unheard_is_told_to_have_ended(stage: Stage) -> None:
    stage.subscribe()
    stage.world.call("DELETE", f"/v1/subscriptions/{stage.subscription}")
    assert stage.cancel().result is CancelResult.ALREADY_ENDED  # Stripe refused the change, so it was read anew
    assert stage.row["state"] == "done"
    assert stage.cancel().result is CancelResult.ALREADY_ENDED
    assert len(stage.changes) == len(stage.rows) == 1
