"""What Stripe refuses to do with a subscription."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.attempts import Refused, canceled, create, post, scheduled, sub_id, update
from tests.sandbox.stage import DAY, NOON, Stage


def one_time_price(stage: Stage) -> str:
    made = stage.world.call("POST", "/v1/prices", product=stage.product, currency="usd", unit_amount=900)
    return str(made["id"])


def euro_price(stage: Stage) -> str:
    recurring = {"interval": "month"}
    made = stage.world.call(
        "POST", "/v1/prices", product=stage.product, currency="eur", unit_amount=900, recurring=recurring
    )
    return str(made["id"])


def two_currencies(stage: Stage) -> object:
    customer = stage.customer()
    stage.subscribe(customer)
    return post(stage, "/v1/subscriptions", customer=customer, items=[{"price": euro_price(stage)}])


def last_item_deleted(stage: Stage) -> object:
    sub = stage.subscribe()
    item = sub["items"]["data"][0]["id"]
    return post(stage, f"/v1/subscriptions/{sub['id']}", items=[{"id": item, "deleted": True}])


REFUSED = {
    "cancel a canceled one": Refused(
        lambda s: s.stripe.v1.subscriptions.cancel(canceled(s)),
        "No such",
        code="resource_missing",
        param="id",
        status=404,
    ),
    "update a canceled one": Refused(
        lambda s: post(s, f"/v1/subscriptions/{canceled(s)}", cancel_at_period_end=True), "only update"
    ),
    "both kinds of end": Refused(update(cancel_at=NOON + DAY, cancel_at_period_end=True), "only specify one"),
    "an end in the past": Refused(update(cancel_at=NOON - 1), "future", param="cancel_at"),
    "a trial that ended": Refused(create(trial_end=NOON - 1), "future", param="trial_end"),
    "two trials": Refused(create(trial_end=NOON + DAY, trial_period_days=3), "only specify one"),
    "an anchor as a string": Refused(
        update(billing_cycle_anchor="now"), "Invalid object", param="billing_cycle_anchor"
    ),
    "under a schedule": Refused(
        lambda s: post(s, f"/v1/subscriptions/{scheduled(s)}", cancel_at_period_end=True), "schedule"
    ),
    "pause on classic": Refused(
        lambda s: s.stripe.v1.subscriptions.pause(sub_id(s, billing_mode={"type": "classic"})), "flexible"
    ),
    "pause under a schedule": Refused(lambda s: s.stripe.v1.subscriptions.pause(scheduled(s)), "schedule"),
    "resume what runs": Refused(lambda s: s.stripe.v1.subscriptions.resume(sub_id(s)), "paused"),
    "a one-time price": Refused(
        lambda s: create(items=[{"price": one_time_price(s)}])(s), "type=recurring", param="items[0][price]"
    ),
    "the same price twice": Refused(
        lambda s: create(items=[{"price": s.monthly}, {"price": s.monthly}])(s), "same price", param="items"
    ),
    "two intervals on classic": Refused(
        lambda s: create(items=[{"price": s.monthly}, {"price": s.yearly}], billing_mode={"type": "classic"})(s),
        "interval",
        param="items",
    ),
    "two currencies": Refused(two_currencies, "combine currencies"),
    "the last item deleted": Refused(last_item_deleted, "at least one", param="items"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_stripe_refuses(stage: Stage, name: str) -> None:
    REFUSED[name].happens_on(stage)


def test_a_canceled_subscription_still_takes_metadata_and_reasons(stage: Stage) -> None:
    sub = canceled(stage)
    updated = stage.stripe.v1.subscriptions.update(
        sub, {"metadata": {"note": "x"}, "cancellation_details": {"feedback": "unused"}}
    )
    assert updated.metadata["note"] == "x"
    assert stage.get("subscriptions", sub)["cancellation_details"]["feedback"] == "unused"


def test_a_refused_request_changes_nothing(stage: Stage) -> None:
    sub = stage.subscribe()
    before, since = stage.subscription(sub), len(stage.world.events)
    with pytest.raises(stripe.InvalidRequestError):
        post(stage, f"/v1/subscriptions/{sub['id']}", metadata={"a": "b"}, cancel_at=NOON - 1)
    assert stage.subscription(sub) == before
    assert stage.happened(since) == []
