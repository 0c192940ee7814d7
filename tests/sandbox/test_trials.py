"""Trials: nothing due, a warning, and an end with or without a card."""

import pytest

from tests.sandbox.stage import DAY, HOUR, NOON, Stage


def test_a_trial_costs_nothing_and_then_bills(stage: Stage) -> None:
    sub = stage.subscribe(trial_period_days=14)
    assert (sub["status"], sub["trial_end"]) == ("trialing", NOON + 14 * DAY)
    assert [(it["status"], it["total"]) for it in stage.invoices(sub)] == [("paid", 0)]
    stage.world.advance(14 * DAY)
    assert stage.subscription(sub)["status"] == "active"
    assert stage.last("customer.subscription.updated")["data"]["previous_attributes"]["status"] == "trialing"
    stage.world.advance(HOUR)
    assert [(it["status"], it["total"]) for it in stage.invoices(sub)] == [("paid", 0), ("paid", 2000)]


def test_the_warning_comes_once_three_days_ahead(stage: Stage) -> None:
    stage.subscribe(trial_period_days=14)
    stage.world.advance(40 * DAY)
    warnings = [it for it in stage.world.events if it["type"] == "customer.subscription.trial_will_end"]
    assert [it["created"] for it in warnings] == [NOON + 11 * DAY]


@pytest.mark.parametrize(
    ("behavior", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
)
def test_a_trial_without_a_card_ends_as_told(stage: Stage, behavior: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    sub = stage.subscribe(stage.customer(card=None), trial_end=NOON + 7 * DAY, trial_settings=settings)
    stage.world.advance(7 * DAY + HOUR)
    ended = stage.subscription(sub)
    assert ended["status"] == status
    if status == "paused":
        paused = ended["status_details"]["paused"]
        assert paused["subscription"]["type"] == "trial_end_without_payment_method"
        assert paused["transitioned_at"] == NOON + 7 * DAY


def test_a_trial_ended_at_once_is_billed_at_once(stage: Stage) -> None:
    sub = stage.subscribe(trial_period_days=14)
    stage.world.advance(DAY)
    stage.stripe.v1.subscriptions.update(sub["id"], {"trial_end": "now"})
    after = stage.subscription(sub)
    assert (after["status"], after["billing_cycle_anchor"]) == ("active", NOON + DAY)
    assert stage.invoices(sub)[-1]["amount_paid"] == 2000


def test_a_trial_can_be_extended(stage: Stage) -> None:
    sub = stage.subscribe(trial_period_days=14)
    later = NOON + 20 * DAY
    stage.stripe.v1.subscriptions.update(sub["id"], {"trial_end": later, "proration_behavior": "none"})
    stage.world.advance(15 * DAY)
    assert stage.subscription(sub)["status"] == "trialing"
    stage.world.advance_to(later)
    assert stage.subscription(sub)["items"]["data"][0]["current_period_start"] == later


def test_a_trial_canceled_at_its_end_never_bills(stage: Stage) -> None:
    sub = stage.subscribe(trial_period_days=14)
    stage.stripe.v1.subscriptions.update(sub["id"], {"cancel_at_period_end": True})
    stage.world.advance(20 * DAY)
    assert stage.subscription(sub)["ended_at"] == NOON + 14 * DAY
    assert len(stage.invoices(sub)) == 1
