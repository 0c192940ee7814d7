"""What becomes of money: Checkout, one-off payments, invoices by hand, cards that decline."""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.world import SandboxRefusal
from tests.sandbox_conformance.recorder import Recorder
from tests.sandbox_conformance.shop import Body, Prices, at, customer, sign_up


def checkouts(record: Recorder, prices: Prices) -> None:
    def session(mode: str, price: str, **more: Any) -> Body:
        line = {"price": price, "quantity": 1}
        success = "https://shop.example/thanks"
        return record.post("/v1/checkout/sessions", mode=mode, line_items=[line], success_url=success, **more)

    known = customer(record)["id"]
    data = {"metadata": {"uid": "7"}, "trial_period_days": 3}
    sessions = [
        session("subscription", prices.month, client_reference_id="uid-1"),
        session("subscription", prices.month, customer=known, subscription_data=data),
        session("payment", prices.once, payment_intent_data={"metadata": {"order_id": "9"}}),
    ]
    for open_session in sessions:
        record.world.complete_checkout(open_session["id"])
        path = f"/v1/checkout/sessions/{open_session['id']}"
        record.get(path, expand=["line_items", "customer", "subscription", "payment_intent"])
        record.get(f"{path}/line_items")
    record.post(f"/v1/checkout/sessions/{session('payment', prices.once)['id']}/expire")
    declined = session("subscription", prices.month)
    with pytest.raises(SandboxRefusal, match="card_declined"):
        record.world.complete_checkout(declined["id"], card="pm_card_chargeCustomerFail")


def one_off_payments(record: Recorder) -> None:
    owner = customer(record)
    card = owner["invoice_settings"]["default_payment_method"]
    order = {"customer": owner["id"], "amount": 1500, "currency": "usd", "metadata": {"order_id": "1"}}
    record.post("/v1/payment_intents", **order, payment_method=card, confirm=True, off_session=True)
    waiting = record.post("/v1/payment_intents", **order, description="Later")
    record.post(f"/v1/payment_intents/{waiting['id']}", metadata={"order_id": "2"})
    record.post(f"/v1/payment_intents/{waiting['id']}/confirm", payment_method=card)
    dropped = record.post("/v1/payment_intents", **order)
    record.post(f"/v1/payment_intents/{dropped['id']}/cancel", cancellation_reason="abandoned")
    failing_card = "pm_card_chargeCustomerFail"
    record.refused("POST", "/v1/payment_intents", **order, payment_method=failing_card, confirm=True)
    record.refused("POST", "/v1/payment_intents", amount=100)
    record.refused("POST", "/v1/payment_intents", **order, payment_method_types=["card"])
    record.post(f"/v1/payment_methods/{card}/detach")


def invoices_by_hand(record: Recorder, prices: Prices) -> None:
    def unpaid() -> str:
        sub = sign_up(record, prices, collection_method="send_invoice", days_until_due=7)
        return f"/v1/invoices/{sub['latest_invoice']}"

    paid, outside, voided, written_off, gone = (unpaid() for _ in range(5))
    for path in (paid, outside, voided, written_off):
        record.post(path, description="By hand", auto_advance=False)
        record.post(f"{path}/finalize")
    record.post(f"{paid}/pay", payment_method="pm_card_visa")
    record.post(f"{outside}/pay", paid_out_of_band=True, expand=["payments", "amount_paid_off_stripe"])
    record.post(f"{voided}/void")
    record.post(f"{written_off}/mark_uncollectible")
    record.refused("POST", f"{voided}/pay")
    record.refused("DELETE", gone)


def failing(record: Recorder, prices: Prices) -> None:
    """One recovers after a retry, the others go the way that the account's settings say."""
    for recovers in (True, False):
        owner = customer(record)
        sub = sign_up(record, prices, customer=owner["id"])
        card = owner["invoice_settings"]["default_payment_method"]
        record.world.decline(card)
        record.days(32)
        record.get(at(sub), expand=["latest_invoice.payments.data.payment.payment_intent"])
        if recovers:
            record.world.accept(card)
            record.days(8)


def farewell(record: Recorder, prices: Prices) -> None:
    sub = sign_up(record, prices)
    record.delete(f"/v1/customers/{sub['customer']}")
    record.get(f"/v1/customers/{sub['customer']}")
    record.refused("GET", "/v1/customers/cus_nobody")
    record.refused("GET", "/v1/unicorns")
    record.refused("POST", "/v1/products", nme="x")
