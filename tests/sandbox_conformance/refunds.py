"""What goes back: refunds in every state, disputes, warnings, credit, notes, holds, and what is paid twice."""

from __future__ import annotations

from typing import Any

from tests.sandbox_conformance.recorder import Recorder
from tests.sandbox_conformance.shop import Body, Prices, customer, sign_up


def refunds(record: Recorder) -> None:
    made = record.post("/v1/refunds", charge=_charge(record), amount=500, reason="duplicate", metadata={"claim": "1"})
    record.post(f"/v1/refunds/{made['id']}", metadata={"claim": "2"}, expand=["charge", "balance_transaction"])
    bounced = record.post("/v1/refunds", charge=_charge(record), reason="requested_by_customer")
    record.world.next_refund(settles_in=86400)
    record.post("/v1/refunds", charge=_charge(record))
    record.world.next_refund("requires_action")
    asked = record.post("/v1/refunds", charge=_charge(record))
    record.post(f"/v1/refunds/{asked['id']}/cancel")
    record.world.empty_balance()
    record.post("/v1/refunds", charge=_charge(record))
    record.days(3)
    record.world.fill_balance()
    record.world.fail_refund(bounced["id"])
    record.get(f"/v1/refunds/{bounced['id']}", expand=["failure_balance_transaction", "payment_intent"])
    record.get(f"/v1/charges/{bounced['charge']}", expand=["refunds", "balance_transaction"])
    record.post("/v1/refunds", charge=_charge(record), reason="fraudulent")


def refusals(record: Recorder) -> None:
    charge = _charge(record)
    record.refused("POST", "/v1/refunds", amount=5)
    record.refused("POST", "/v1/refunds", charge=charge, amount=1501)
    record.refused("POST", "/v1/refunds", charge=charge, reason="regret")
    record.post("/v1/refunds", charge=charge)
    record.refused("POST", "/v1/refunds", charge=charge)
    disputed = _charge(record)
    record.world.dispute(disputed)
    record.refused("POST", "/v1/refunds", charge=disputed)
    record.refused("POST", "/v1/credit_notes", invoice="in_nothing", amount=5)


def disputes(record: Recorder) -> None:
    appealed = ("lost", "appeal_needs_response", "appeal_under_review", "won")
    for course in (("won",), ("lost",), ("prevented",), appealed):
        made = record.world.dispute(_charge(record), "subscription_canceled")
        for status in course:
            record.world.dispute_becomes(made["id"], status)
            record.get(f"/v1/disputes/{made['id']}", expand=["charge", "payment_intent"])
    answered = record.world.dispute(_charge(record), "duplicate", amount=700)
    evidence = {"duplicate_charge_explanation": "Two orders"}
    record.post(f"/v1/disputes/{answered['id']}", evidence=evidence, metadata={"case": "1"})
    record.post(f"/v1/disputes/{record.world.dispute(_charge(record))['id']}/close")
    for status in ("warning_closed", "warning_under_review", "needs_response"):
        asked = record.world.dispute(_charge(record), status="warning_needs_response")
        record.world.dispute_becomes(asked["id"], status)
    record.world.dispute(_charge(record), status="warning_needs_response")  # lapses
    warned = _charge(record)
    record.world.early_fraud_warning(warned, "unauthorized_use_of_card")
    record.world.dispute(warned)


def overpaid(record: Recorder, prices: Prices) -> None:
    sub = sign_up(record, prices, collection_method="send_invoice", days_until_due=7)
    invoice = f"/v1/invoices/{sub['latest_invoice']}"
    record.post(f"{invoice}/finalize")
    owner = {"customer": sub["customer"], "currency": "usd"}
    part = record.post("/v1/payment_intents", **owner, amount=300, payment_method="pm_card_visa", confirm=True)
    record.post(f"{invoice}/attach_payment", payment_intent=part["id"], expand=["payments"])
    rest = record.post("/v1/payment_intents", **owner, amount=1700)
    record.post(f"{invoice}/attach_payment", payment_intent=rest["id"])
    record.post(f"{invoice}/pay", payment_method="pm_card_visa")
    record.post(f"/v1/payment_intents/{rest['id']}/confirm", payment_method="pm_card_visa")
    record.get(invoice, expand=["payments.data.payment.payment_intent.latest_charge"])
    path = f"/v1/customers/{sub['customer']}/balance_transactions"
    made = record.post(path, amount=1700, currency="usd", description="Reversed", metadata={"claim": "1"})
    record.post(f"{path}/{made['id']}", description="Credit reversed", expand=["customer"])
    record.get(f"{path}/{made['id']}")
    record.get(path, limit=2, expand=["data.invoice"])
    record.post(f"/v1/customers/{sub['customer']}", balance=-2500)


def credit_notes(record: Recorder, prices: Prices) -> None:
    def note(invoice: str, **terms: Any) -> Body:
        return record.post("/v1/credit_notes", invoice=invoice, **terms)

    paid = str(sign_up(record, prices)["latest_invoice"])
    made = note(paid, amount=200, refund_amount=200, reason="duplicate", expand=["invoice", "refunds.refund"])
    record.post(f"/v1/credit_notes/{made['id']}", memo="Twice", metadata={"a": "b"})
    note(paid, amount=300, credit_amount=300, expand=["customer_balance_transaction"])
    line = record.get(f"/v1/invoices/{paid}")["lines"]["data"][0]["id"]
    item = {"type": "invoice_line_item", "invoice_line_item": line, "amount": 60}
    custom = {"type": "custom_line_item", "description": "Sorry", "unit_amount": 20, "quantity": 2}
    lined = note(paid, lines=[item, custom], out_of_band_amount=100)
    record.get(f"/v1/credit_notes/{lined['id']}/lines")
    record.refused("POST", "/v1/credit_notes", invoice=paid, amount=9000, credit_amount=9000)
    waiting = str(sign_up(record, prices, payment_behavior="default_incomplete")["latest_invoice"])
    record.post(f"/v1/credit_notes/{note(waiting, amount=400)['id']}/void")
    note(waiting, amount=2000)


def holds(record: Recorder) -> None:
    captured, canceled, _expires = (
        record.get(f"/v1/charges/{_charge(record, capture_method='manual')}")["payment_intent"] for _ in range(3)
    )
    record.post(f"/v1/payment_intents/{captured}/capture", amount_to_capture=900)
    record.post(f"/v1/payment_intents/{canceled}/cancel")


def half_finished_checkouts(record: Recorder, prices: Prices) -> None:
    for mode, price in (("subscription", prices.month), ("payment", prices.once)):
        line = {"price": price, "quantity": 1}
        made = record.post("/v1/checkout/sessions", mode=mode, line_items=[line], success_url="https://shop.example")
        intent = record.world.pay_checkout(made["id"])
        record.get(f"/v1/checkout/sessions/{made['id']}")
        record.get("/v1/invoice_payments", payment={"type": "payment_intent", "payment_intent": intent["id"]})
        record.world.complete_checkout(made["id"])


def receipts(record: Recorder) -> None:
    record.world.send_receipt(_charge(record))
    report = {"user_report": "safe"}
    record.post(f"/v1/charges/{_charge(record)}", receipt_email="a@example.com", fraud_details=report)


def _charge(record: Recorder, **more: Any) -> str:
    """A one-off payment of 1500."""
    owner = customer(record)
    card = owner["invoice_settings"]["default_payment_method"]
    order = {"customer": owner["id"], "amount": 1500, "currency": "usd", "payment_details": {"order_reference": "o-1"}}
    made = record.post("/v1/payment_intents", **order, payment_method=card, confirm=True, **more)
    return str(made["latest_charge"])
