"""Two payments for one invoice: parts of it, or too much, which becomes the customer's credit."""

from __future__ import annotations

import pytest
import stripe

from app.sandbox.world import SandboxRefusal
from tests.sandbox.attempts import open_invoice
from tests.sandbox.stage import DAY, Json, Stage


def payments_of(stage: Stage, invoice: str) -> list[Json]:
    """Oldest first."""
    return list(reversed(stage.world.call("GET", "/v1/invoice_payments", invoice=invoice)["data"]))


def credits_of(stage: Stage, customer: str) -> list[Json]:
    """Newest first."""
    return list(stage.world.call("GET", f"/v1/customers/{customer}/balance_transactions")["data"])


def attach(stage: Stage, invoice: str, amount: int = 2000) -> str:
    """The payment intent, which waits to be confirmed."""
    customer = stage.get("invoices", invoice)["customer"]
    intent = stage.stripe.v1.payment_intents.create({"amount": amount, "currency": "usd", "customer": customer})
    stage.stripe.v1.invoices.attach_payment(invoice, {"payment_intent": intent.id})
    return intent.id


def confirm(stage: Stage, intent: str, card: str = "pm_card_visa") -> None:
    stage.stripe.v1.payment_intents.confirm(intent, {"payment_method": card})


def default_intent(stage: Stage, invoice: str) -> str:
    return str(payments_of(stage, invoice)[0]["payment"]["payment_intent"])


def test_both_come_through_and_the_excess_becomes_credit(stage: Stage) -> None:
    invoice = open_invoice(stage)
    second = attach(stage, invoice)
    confirm(stage, default_intent(stage, invoice))
    since = len(stage.world.events)
    confirm(stage, second)
    paid = stage.get("invoices", invoice)
    assert (paid["status"], paid["amount_paid"], paid["amount_overpaid"]) == ("paid", 2000, 2000)
    assert [(it["status"], it["amount_paid"], it["is_default"]) for it in payments_of(stage, invoice)] == [
        ("paid", 2000, True),
        ("paid", 2000, False),
    ]
    assert stage.happened(since)[-4:] == [
        "invoice_payment.paid",
        "invoice.updated",
        "customer.updated",
        "invoice.overpaid",
    ]
    (credit,) = credits_of(stage, paid["customer"])
    assert (credit["type"], credit["amount"], credit["invoice"], credit["ending_balance"]) == (
        "invoice_overpaid",
        -2000,
        invoice,
        -2000,
    )
    assert stage.get("customers", paid["customer"])["balance"] == -2000


def test_the_credit_pays_for_the_next_invoice(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.pay_again(sub["latest_invoice"])
    stage.world.advance(32 * DAY)
    renewal = stage.invoices(sub)[1]
    assert (renewal["starting_balance"], renewal["ending_balance"], renewal["amount_due"]) == (-2000, 0, 0)
    assert (renewal["status"], payments_of(stage, renewal["id"])) == ("paid", [])
    spent, _ = credits_of(stage, sub["customer"])
    assert (spent["type"], spent["amount"], spent["invoice"], spent["ending_balance"]) == (
        "applied_to_invoice",
        2000,
        renewal["id"],
        0,
    )


def test_a_second_payment_overpays_by_what_it_is(stage: Stage) -> None:
    sub = stage.subscribe()
    intent = stage.world.pay_again(sub["latest_invoice"], amount=700)
    assert intent["status"] == "succeeded"
    assert stage.invoices(sub)[0]["amount_overpaid"] == 700
    with pytest.raises(SandboxRefusal, match="card_declined"):
        stage.world.pay_again(sub["latest_invoice"], card="pm_card_chargeCustomerFail")
    assert stage.invoices(sub)[0]["amount_overpaid"] == 700


def test_the_excess_may_count_as_paid(stage: Stage) -> None:
    stage.world.variants.overpayment_counts_as_paid = True
    sub = stage.subscribe()
    stage.world.pay_again(sub["latest_invoice"])
    assert stage.invoices(sub)[0]["amount_paid"] == 4000


def test_parts_pay_an_invoice_together(stage: Stage) -> None:
    invoice = open_invoice(stage)
    confirm(stage, attach(stage, invoice, 500))
    half = stage.get("invoices", invoice)
    assert (half["status"], half["amount_paid"], half["amount_remaining"]) == ("open", 500, 1500)
    rest = stage.get("payment_intents", default_intent(stage, invoice))
    assert rest["amount"] == 1500
    confirm(stage, rest["id"])
    whole = stage.get("invoices", invoice)
    assert (whole["status"], whole["amount_paid"], whole["amount_overpaid"]) == ("paid", 2000, 0)
    assert [it["amount_paid"] for it in payments_of(stage, invoice)] == [1500, 500]


def test_an_attached_payment_makes_the_default_one_needless(stage: Stage) -> None:
    invoice = open_invoice(stage)
    confirm(stage, attach(stage, invoice))
    paid = stage.get("invoices", invoice)
    assert (paid["status"], paid["amount_overpaid"]) == ("paid", 0)
    assert [it["status"] for it in payments_of(stage, invoice)] == ["canceled", "paid"]
    sub = paid["parent"]["subscription_details"]["subscription"]
    assert stage.get("subscriptions", sub)["status"] == "active"


def test_what_has_succeeded_before_counts_at_once(stage: Stage) -> None:
    invoice = open_invoice(stage)
    customer = stage.get("invoices", invoice)["customer"]
    intent = stage.pay(customer=customer)["payment_intent"]
    assert stage.stripe.v1.invoices.attach_payment(invoice, {"payment_intent": intent}).status == "paid"
    found = stage.stripe.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}})
    assert [it.invoice for it in found.data] == [invoice]


def test_an_attached_payment_that_fails_or_is_dropped_changes_nothing(stage: Stage) -> None:
    invoice = open_invoice(stage)
    intent = attach(stage, invoice)
    with pytest.raises(stripe.CardError):
        confirm(stage, intent, "pm_card_chargeCustomerFail")
    stage.stripe.v1.payment_intents.cancel(intent)
    assert stage.get("invoices", invoice)["status"] == "open"
    assert [it["status"] for it in payments_of(stage, invoice)] == ["open", "canceled"]
