"""Checkout: the customer pays on Stripe's page, and only then the subscription exists."""

import pytest
import stripe

from app.sandbox.world import SandboxRefusal
from tests.sandbox.stage import DAY, Json, Stage


def session(stage: Stage, **fields: object) -> Json:
    given = {
        "mode": "subscription",
        "success_url": "https://example.com/welcome",
        "client_reference_id": "user-7",
        "line_items": [{"price": stage.monthly, "quantity": 1}],
        **fields,
    }
    return stage.world.call("POST", "/v1/checkout/sessions", **given)


def test_a_sign_up_by_checkout(stage: Stage) -> None:
    made = session(stage, subscription_data={"metadata": {"uid": "7"}}, metadata={"campaign": "x"})
    assert (made["status"], made["payment_status"], made["subscription"]) == ("open", "unpaid", None)
    since = len(stage.world.events)
    done = stage.world.complete_checkout(made["id"])
    assert (done["status"], done["payment_status"], done["client_reference_id"]) == ("complete", "paid", "user-7")
    sub = stage.get("subscriptions", done["subscription"])
    assert (sub["status"], sub["metadata"], sub["customer"]) == ("active", {"uid": "7"}, done["customer"])
    assert stage.happened(since)[0] == "customer.created"
    assert stage.happened(since)[-1] == "checkout.session.completed"
    assert stage.world.events[-1]["data"]["object"]["subscription"] == sub["id"]


def test_it_renews_with_the_card_that_paid(stage: Stage) -> None:
    done = stage.world.complete_checkout(session(stage)["id"])
    stage.world.advance(40 * DAY)
    assert [it["status"] for it in stage.invoices({"id": done["subscription"]})] == ["paid", "paid"]


def test_a_declined_card_leaves_nothing_but_a_failed_payment(stage: Stage) -> None:
    made = session(stage, customer=stage.customer(card=None))
    with pytest.raises(SandboxRefusal, match="card_declined"):
        stage.world.complete_checkout(made["id"], card="pm_card_chargeCustomerFail")
    assert stage.get("checkout/sessions", made["id"])["status"] == "open"
    assert "customer.subscription.created" not in stage.happened()
    assert stage.happened()[-1] == "payment_intent.payment_failed"
    assert stage.world.complete_checkout(made["id"])["status"] == "complete"


def test_a_session_expires_after_a_day_and_cannot_be_paid_then(stage: Stage) -> None:
    made = session(stage)
    stage.world.advance(DAY)
    assert stage.happened()[-1] == "checkout.session.expired"
    with pytest.raises(SandboxRefusal, match="expired"):
        stage.world.complete_checkout(made["id"])
    with pytest.raises(stripe.InvalidRequestError):
        stage.stripe.v1.checkout.sessions.expire(made["id"])


def test_a_one_off_payment_by_checkout_carries_its_metadata(stage: Stage) -> None:
    price = stage.world.call("POST", "/v1/prices", product=stage.product, currency="usd", unit_amount=900)["id"]
    data = {"metadata": {"order_id": "o-1"}}
    made = session(stage, mode="payment", line_items=[{"price": price, "quantity": 2}], payment_intent_data=data)
    done = stage.world.complete_checkout(made["id"])
    intent = stage.get("payment_intents", done["payment_intent"])
    assert (intent["amount_received"], intent["metadata"]) == (1800, {"order_id": "o-1"})
    payment = {"type": "payment_intent", "payment_intent": intent["id"]}
    assert stage.world.call("GET", "/v1/invoice_payments", payment=payment)["data"] == []


def test_sessions_are_found_by_their_subscription(stage: Stage) -> None:
    done = stage.world.complete_checkout(session(stage)["id"])
    session(stage)
    found = stage.stripe.v1.checkout.sessions.list(
        {"subscription": done["subscription"], "expand": ["data.line_items"]}
    )
    assert [(it.id, it.line_items.data[0].quantity) for it in found.data if it.line_items] == [(done["id"], 1)]
