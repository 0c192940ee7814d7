"""Ending a subscription: scheduled in every rendering, at once, undone."""

import pytest

from tests.sandbox.stage import DAY, NOON, Json, Stage

MONTH = 31 * DAY


def schedule(stage: Stage, sub: Json, **fields: object) -> Json:
    return stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", proration_behavior="none", **fields)


def test_the_flag_keeps_it_active_until_the_period_ends(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(DAY)
    asked = schedule(stage, sub, cancel_at_period_end=True)
    assert (asked["status"], asked["cancel_at_period_end"], asked["canceled_at"]) == ("active", True, NOON + DAY)
    stage.world.advance_to(NOON + MONTH - 1)
    assert stage.subscription(sub)["status"] == "active"
    stage.world.advance(1)
    ended = stage.subscription(sub)
    assert (ended["status"], ended["ended_at"], ended["canceled_at"]) == ("canceled", NOON + MONTH, NOON + DAY)
    assert ended["cancel_at_period_end"] is True
    assert len(stage.invoices(sub)) == 1


def test_what_the_request_tells(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.stripe.v1.subscriptions.update(
        sub["id"], {"cancel_at_period_end": True, "proration_behavior": "none"}, {"idempotency_key": "cancel-7"}
    )
    event = stage.last("customer.subscription.updated")
    assert event["data"]["previous_attributes"] == {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"reason": None},
    }
    assert event["request"]["idempotency_key"] == "cancel-7"
    assert event["request"]["id"].startswith("req_")


@pytest.mark.parametrize("mode", ["classic", "flexible"])
@pytest.mark.parametrize("mirrored", [True, False])
def test_whether_the_flag_sets_cancel_at_is_a_knob(stage: Stage, mode: str, mirrored: bool) -> None:
    setattr(stage.world.variants, f"{mode}_flag_sets_cancel_at", mirrored)
    sub = stage.subscribe(billing_mode={"type": mode})
    asked = schedule(stage, sub, cancel_at_period_end=True)
    assert asked["cancel_at"] == (NOON + MONTH if mirrored else None)
    stage.world.advance(MONTH)
    assert stage.subscription(sub)["status"] == "canceled"


def test_the_portal_sets_only_the_instant_on_flexible_billing(stage: Stage) -> None:
    sub = stage.subscribe()
    asked = stage.world.portal_cancel(sub["id"])
    assert (asked["cancel_at_period_end"], asked["cancel_at"]) == (False, NOON + MONTH)
    assert schedule(stage, sub, cancel_at_period_end=False)["cancel_at"] == NOON + MONTH
    undone = schedule(stage, sub, cancel_at="")
    assert (undone["cancel_at"], undone["canceled_at"]) == (None, None)


def test_the_portal_sets_the_flag_on_classic_billing(stage: Stage) -> None:
    sub = stage.subscribe(billing_mode={"type": "classic"})
    asked = stage.world.portal_cancel(sub["id"])
    assert (asked["cancel_at_period_end"], asked["cancel_at"]) == (True, NOON + MONTH)


def test_undoing_the_flag_lets_it_renew(stage: Stage) -> None:
    sub = stage.subscribe()
    schedule(stage, sub, cancel_at_period_end=True)
    undone = schedule(stage, sub, cancel_at_period_end=False)
    assert (undone["cancel_at"], undone["canceled_at"]) == (None, None)
    assert undone["cancellation_details"]["reason"] is None
    stage.world.advance(MONTH)
    assert stage.subscription(sub)["status"] == "active"


def test_clearing_the_instant_leaves_the_flag(stage: Stage) -> None:
    sub = stage.subscribe()
    schedule(stage, sub, cancel_at_period_end=True)
    cleared = schedule(stage, sub, cancel_at="")
    assert (cleared["cancel_at"], cleared["cancel_at_period_end"]) == (None, True)
    stage.world.advance(MONTH)
    assert stage.subscription(sub)["status"] == "canceled"


def test_the_flag_follows_a_changed_interval(stage: Stage) -> None:
    sub = stage.subscribe()
    schedule(stage, sub, cancel_at_period_end=True)
    item = {"id": sub["items"]["data"][0]["id"], "price": stage.yearly}
    changed = schedule(stage, sub, items=[item])
    assert changed["cancel_at"] == changed["items"]["data"][0]["current_period_end"]
    stage.world.advance(MONTH)
    assert stage.subscription(sub)["status"] == "active"


def test_the_enums_resolve_at_once(stage: Stage) -> None:
    sub = stage.subscribe(items=[{"price": stage.monthly}, {"price": stage.yearly}])
    year_end = max(it["current_period_end"] for it in sub["items"]["data"])
    assert schedule(stage, sub, cancel_at="min_period_end")["cancel_at"] == NOON + MONTH
    assert schedule(stage, sub, cancel_at="max_period_end")["cancel_at"] == year_end


def test_the_flag_follows_the_earliest_item(stage: Stage) -> None:
    sub = stage.subscribe(items=[{"price": stage.monthly}, {"price": stage.yearly}])
    schedule(stage, sub, cancel_at_period_end=True)
    stage.world.advance(MONTH)
    assert stage.subscription(sub)["ended_at"] == NOON + MONTH


def test_an_end_in_mid_period_prorates_unless_told_not_to(stage: Stage) -> None:
    middle = NOON + MONTH // 2
    plain, prorated = stage.subscribe(), stage.subscribe()
    since = len(stage.world.events)
    schedule(stage, plain, cancel_at=middle)
    assert "invoiceitem.created" not in stage.happened(since)
    stage.world.call("POST", f"/v1/subscriptions/{prorated['id']}", cancel_at=middle)
    assert stage.last("invoiceitem.created")["data"]["object"]["amount"] == -1000
    stage.world.advance_to(middle)
    assert {stage.subscription(it)["status"] for it in (plain, prorated)} == {"canceled"}


def test_canceling_now_gives_nothing_back_by_default(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(DAY)
    since = len(stage.world.events)
    ended = stage.stripe.v1.subscriptions.cancel(sub["id"], {"cancellation_details": {"comment": "bye"}})
    assert stage.happened(since) == ["customer.subscription.deleted"]
    assert (ended.status, ended.ended_at) == ("canceled", NOON + DAY)
    assert stage.subscription(sub)["cancellation_details"]["comment"] == "bye"
    assert "previous_attributes" not in stage.world.events[-1]["data"]


def test_canceling_now_with_proration_and_invoice_leaves_credit(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.stripe.v1.subscriptions.cancel(sub["id"], {"prorate": True, "invoice_now": True})
    final = stage.invoices(sub)[-1]
    assert (final["total"], final["status"], final["billing_reason"]) == (-2000, "paid", "subscription_update")
    assert final["lines"]["data"][0]["parent"]["subscription_item_details"]["proration"] is True
    assert stage.get("customers", customer)["balance"] == -2000


def test_a_draft_of_a_canceled_subscription_is_stopped_by_finalizing_and_voiding(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH)
    draft = stage.invoices(sub)[-1]["id"]
    client = stage.stripe.v1
    client.invoices.update(draft, {"auto_advance": False})
    client.subscriptions.cancel(sub["id"], {"prorate": False, "invoice_now": False})
    stage.world.advance(2 * DAY)
    assert stage.get("invoices", draft)["status"] == "draft"
    client.invoices.finalize_invoice(draft, {"auto_advance": False})
    client.invoices.void_invoice(draft)
    assert stage.get("invoices", draft)["status"] == "void"
    assert "charge.succeeded" not in stage.happened()[-4:]


def test_under_a_schedule_the_end_is_the_schedules_business(stage: Stage) -> None:
    sub = stage.subscribe()
    client = stage.stripe.v1
    made = client.subscription_schedules.create({"from_subscription": sub["id"]})
    assert stage.subscription(sub)["schedule"] == made.id
    with pytest.raises(Exception, match="managed by the subscription schedule"):
        schedule(stage, sub, cancel_at_period_end=True)
    client.subscription_schedules.release(made.id)
    assert schedule(stage, sub, cancel_at_period_end=True)["schedule"] is None


def test_canceling_the_schedule_cancels_the_subscription(stage: Stage) -> None:
    sub = stage.subscribe()
    made = stage.stripe.v1.subscription_schedules.create({"from_subscription": sub["id"]})
    stage.stripe.v1.subscription_schedules.cancel(made.id, {"prorate": False, "invoice_now": False})
    assert stage.subscription(sub)["status"] == "canceled"
    assert stage.last("subscription_schedule.canceled")


def test_deleting_the_customer_ends_the_subscriptions(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.stripe.v1.customers.delete(customer)
    assert stage.subscription(sub)["status"] == "canceled"
    assert stage.happened()[-2:] == ["customer.subscription.deleted", "customer.deleted"]
    assert stage.stripe.v1.customers.retrieve(customer).deleted is True
