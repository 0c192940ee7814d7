"""How the same thing comes to be paid twice, and what only looks like it."""

from __future__ import annotations

import pytest
import stripe

from app.sandbox.world import SandboxRefusal
from tests.sandbox.stage import HOUR, Json, Stage
from tests.sandbox.test_checkout import session


def invoices_paid_by(stage: Stage, intent: str) -> list[str]:
    payment = {"type": "payment_intent", "payment_intent": intent}
    return [it["invoice"] for it in stage.world.call("GET", "/v1/invoice_payments", payment=payment)["data"]]


def test_one_order_paid_twice_because_nobody_sent_a_key(stage: Stage) -> None:
    customer = stage.customer()
    for _ in range(2):
        stage.stripe.v1.payment_intents.create(
            {
                "amount": 2000,
                "currency": "usd",
                "customer": customer,
                "payment_method": stage.card_of(customer),
                "confirm": True,
                "metadata": {"order_id": "o-1"},
                "payment_details": {"order_reference": "o-1"},
            }
        )
    first, second = stage.world.call("GET", "/v1/payment_intents", customer=customer)["data"]
    assert first["id"] != second["id"]
    for intent in (first, second):
        assert (intent["status"], intent["metadata"]) == ("succeeded", {"order_id": "o-1"})
        assert intent["payment_details"]["order_reference"] == "o-1"
        assert stage.get("charges", intent["latest_charge"])["metadata"] == {"order_id": "o-1"}


def test_a_failed_and_retried_attempt_is_one_payment(stage: Stage) -> None:
    intent = stage.stripe.v1.payment_intents.create({"amount": 2000, "currency": "usd"}).id
    with pytest.raises(stripe.CardError):
        stage.stripe.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_chargeCustomerFail"})
    stage.stripe.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
    charges = stage.world.call("GET", "/v1/charges", payment_intent=intent)["data"]
    assert [(it["status"], it["amount_captured"]) for it in charges] == [("succeeded", 2000), ("failed", 0)]
    assert stage.get("payment_intents", intent)["latest_charge"] == charges[0]["id"]


def test_a_paid_session_has_no_invoice_until_it_is_complete(stage: Stage) -> None:
    made = session(stage, customer=stage.customer(card=None))
    intent = stage.world.pay_checkout(made["id"])
    between = stage.get("checkout/sessions", made["id"])
    assert (between["status"], between["payment_status"], between["subscription"]) == ("open", "unpaid", None)
    assert (intent["status"], intent["customer"]) == ("succeeded", between["customer"])
    assert invoices_paid_by(stage, intent["id"]) == []
    stage.world.advance(HOUR)
    done = stage.world.complete_checkout(made["id"])
    assert (done["status"], done["payment_status"]) == ("complete", "paid")
    assert invoices_paid_by(stage, intent["id"]) == [done["invoice"]]
    assert stage.get("subscriptions", done["subscription"])["status"] == "active"
    assert stage.happened().count("charge.succeeded") == 1


def test_a_one_off_session_is_paid_before_it_is_complete(stage: Stage) -> None:
    price = stage.world.call("POST", "/v1/prices", product=stage.product, currency="usd", unit_amount=900)["id"]
    made = session(stage, mode="payment", line_items=[{"price": price, "quantity": 1}])
    intent = stage.world.pay_checkout(made["id"])
    assert stage.get("checkout/sessions", made["id"])["payment_intent"] is None
    assert stage.world.complete_checkout(made["id"])["payment_intent"] == intent["id"]


def test_a_session_is_paid_only_once(stage: Stage) -> None:
    made = session(stage)["id"]
    with pytest.raises(SandboxRefusal, match="card_declined"):
        stage.world.pay_checkout(made, card="pm_card_chargeCustomerFail")
    stage.world.pay_checkout(made)
    with pytest.raises(SandboxRefusal, match="nothing to pay"):
        stage.world.pay_checkout(made)
    stage.world.complete_checkout(made)
    with pytest.raises(SandboxRefusal, match="complete"):
        stage.world.pay_checkout(made)
    assert stage.happened().count("charge.succeeded") == 1


def test_a_trial_has_nothing_to_pay(stage: Stage) -> None:
    made = session(stage, subscription_data={"trial_period_days": 3})["id"]
    with pytest.raises(SandboxRefusal, match="nothing to pay"):
        stage.world.pay_checkout(made)


def test_checkout_takes_less_from_whom_has_credit(stage: Stage) -> None:
    customer = stage.customer(card=None, balance=-500)
    made = session(stage, customer=customer)["id"]
    assert stage.world.pay_checkout(made)["amount"] == 1500
    done = stage.world.complete_checkout(made)
    assert stage.get("invoices", done["invoice"])["amount_paid"] == 1500


def test_credit_given_meanwhile_makes_the_payment_too_much(stage: Stage) -> None:
    customer = stage.customer(card=None)
    made = session(stage, customer=customer)["id"]
    intent = stage.world.pay_checkout(made)["id"]
    stage.stripe.v1.customers.balance_transactions.create(customer, {"amount": -500, "currency": "usd"})
    done = stage.world.complete_checkout(made)
    invoice = stage.get("invoices", done["invoice"])
    assert (invoice["status"], invoice["amount_due"], invoice["amount_overpaid"]) == ("paid", 1500, 500)
    assert invoices_paid_by(stage, intent) == [invoice["id"]]
    assert stage.get("customers", customer)["balance"] == -500


def test_two_sessions_make_two_subscriptions(stage: Stage) -> None:
    customer = stage.customer(card=None)
    subs = [
        stage.get(
            "subscriptions", stage.world.complete_checkout(session(stage, customer=customer)["id"])["subscription"]
        )
        for _ in range(2)
    ]
    periods = {(it["items"]["data"][0]["current_period_start"], it["items"]["data"][0]["price"]["id"]) for it in subs}
    assert len({it["id"] for it in subs}) == 2
    assert len(periods) == 1


def test_stripe_may_fill_the_order_reference_itself(stage: Stage) -> None:
    def reference() -> tuple[str, Json]:
        made = session(stage)["id"]
        return made, stage.world.pay_checkout(made)["payment_details"]

    assert reference()[1]["order_reference"] is None
    stage.world.variants.checkout_fills_order_reference = True
    made, details = reference()
    assert made.startswith(details["order_reference"])
    assert 0 < len(details["order_reference"]) < len(made)


def test_a_receipt_number_comes_with_the_receipt(stage: Stage) -> None:
    charge = stage.pay()
    assert charge["receipt_number"] is None
    number = stage.world.send_receipt(charge["id"])["receipt_number"]
    assert stage.last("charge.updated")["data"]["previous_attributes"] == {"receipt_number": None}
    assert stage.world.send_receipt(charge["id"])["receipt_number"] == number
    assert stage.pay(receipt_email="a@example.com")["receipt_number"] not in (None, number)
    later = stage.stripe.v1.charges.update(stage.pay()["id"], {"receipt_email": "a@example.com"})
    assert later.receipt_number


def test_an_account_may_send_receipts_for_everything(stage: Stage) -> None:
    stage.world.settings.sends_receipts = True
    sub = stage.subscribe()
    charge = stage.world.call("GET", "/v1/charges", customer=sub["customer"])["data"][0]
    assert charge["receipt_number"]
    assert stage.invoices(sub)[0]["receipt_number"] == charge["receipt_number"]
