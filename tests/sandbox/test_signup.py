"""A subscription begins: statuses, the first invoice, and the order of what is told."""

import pytest
import stripe

from app.sandbox.world import SandboxRefusal
from tests.sandbox.stage import HOUR, Stage


def test_a_good_card_makes_an_active_subscription(stage: Stage) -> None:
    sub = stage.stripe.v1.subscriptions.create(
        {"customer": stage.customer(), "items": [{"price": stage.monthly}], "metadata": {"uid": "7"}}
    )
    assert (sub.status, sub.metadata["uid"], sub.billing_mode.type) == ("active", "7", "flexible")
    item = sub.items.data[0]
    assert item.current_period_start == stage.world.now
    assert item.current_period_end == stage.world.now + 31 * 86400


def test_the_first_invoice_is_final_at_once_and_carries_the_service_period(stage: Stage) -> None:
    sub = stage.subscribe(metadata={"uid": "7"})
    invoice = stage.get("invoices", sub["latest_invoice"], "payments.data.payment.payment_intent.latest_charge")
    item = sub["items"]["data"][0]
    line = invoice["lines"]["data"][0]
    assert (invoice["status"], invoice["billing_reason"]) == ("paid", "subscription_create")
    assert line["period"] == {"start": item["current_period_start"], "end": item["current_period_end"]}
    assert invoice["parent"]["subscription_details"] == {"subscription": sub["id"], "metadata": {"uid": "7"}}
    payment = invoice["payments"]["data"][0]
    assert (payment["status"], payment["amount_paid"]) == ("paid", 2000)
    assert payment["payment"]["payment_intent"]["latest_charge"]["captured"] is True


def test_what_a_sign_up_tells_in_one_second(stage: Stage) -> None:
    customer = stage.customer()
    since = len(stage.world.events)
    stage.subscribe(customer)
    assert stage.happened(since) == [
        "customer.updated",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]
    assert stage.last("customer.subscription.created")["data"]["object"]["status"] == "incomplete"
    assert stage.last("customer.subscription.updated")["data"]["previous_attributes"] == {"status": "incomplete"}


def test_the_other_rendering_of_a_sign_up_is_active_from_the_start(stage: Stage) -> None:
    stage.world.variants.signup_starts_incomplete = False
    stage.subscribe()
    assert stage.last("customer.subscription.created")["data"]["object"]["status"] == "active"
    assert "customer.subscription.updated" not in stage.happened()


def test_a_declining_card_leaves_it_incomplete_and_after_23_hours_expired(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(card="pm_card_chargeCustomerFail"))
    assert sub["status"] == "incomplete"
    stage.world.advance(23 * HOUR - 1)
    assert stage.subscription(sub)["status"] == "incomplete"
    stage.world.advance(1)
    assert stage.subscription(sub)["status"] == "incomplete_expired"
    assert [it["status"] for it in stage.invoices(sub)] == ["void"]


def test_paying_the_first_invoice_in_time_activates_it(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(card="pm_card_chargeCustomerFail"))
    stage.stripe.v1.invoices.pay(sub["latest_invoice"], {"payment_method": "pm_card_visa"})
    stage.world.advance(24 * HOUR)
    assert stage.subscription(sub)["status"] == "active"


def test_error_if_incomplete_makes_nothing(stage: Stage) -> None:
    customer = stage.customer(card="pm_card_chargeCustomerFail")
    since = len(stage.world.events)
    with pytest.raises(stripe.CardError) as declined:
        stage.stripe.v1.subscriptions.create(
            {
                "customer": customer,
                "items": [{"price": stage.monthly}],
                "payment_behavior": "error_if_incomplete",
            }
        )
    assert declined.value.code == "card_declined"
    assert stage.happened(since) == []


def test_default_incomplete_waits_for_the_customer(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(card=None), payment_behavior="default_incomplete")
    assert sub["status"] == "incomplete"
    invoice = stage.get("invoices", sub["latest_invoice"], "payments", "confirmation_secret")
    intent = invoice["payments"]["data"][0]["payment"]["payment_intent"]
    assert invoice["confirmation_secret"]["client_secret"].startswith(intent)
    stage.stripe.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    assert stage.subscription(sub)["status"] == "active"


def test_without_any_card_it_is_refused(stage: Stage) -> None:
    with pytest.raises(SandboxRefusal, match="no attached payment source"):
        stage.subscribe(stage.customer(card=None))


def test_an_invoice_to_be_sent_waits_an_hour_and_may_be_paid_elsewhere(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(card=None), collection_method="send_invoice", days_until_due=10)
    assert sub["status"] == "active"
    stage.world.advance(HOUR)
    [invoice] = stage.invoices(sub)
    assert (invoice["status"], invoice["due_date"]) == ("open", stage.world.now + 10 * 86400)
    stage.world.advance(10 * 86400)
    assert stage.subscription(sub)["status"] == "past_due"
    paid = stage.world.call(
        "POST", f"/v1/invoices/{invoice['id']}/pay", paid_out_of_band=True, expand=["amount_paid_off_stripe"]
    )
    assert (paid["status"], paid["amount_paid_off_stripe"]) == ("paid", 2000)
    assert stage.subscription(sub)["status"] == "active"


def test_ids_and_events_repeat_with_the_seed() -> None:
    from app.sandbox.world import World
    from tests.sandbox.stage import NOON, staged

    told = []
    for _ in range(2):
        with staged(World(NOON, seed=3)) as stage:
            stage.subscribe()
            told.append([event["id"] for event in stage.world.events])
    assert told[0] == told[1]
