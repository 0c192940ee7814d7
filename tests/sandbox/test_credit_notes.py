"""Credit notes: what is unpaid shrinks, what was paid goes back as money, as credit, or outside Stripe."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.attempts import open_invoice, paid_invoice
from tests.sandbox.stage import DAY, Stage


def charge_of(stage: Stage, invoice: str) -> str:
    page = stage.world.call(
        "GET", "/v1/invoice_payments", invoice=invoice, expand=["data.payment.payment_intent.latest_charge"]
    )
    return str(page["data"][0]["payment"]["payment_intent"]["latest_charge"]["id"])


def test_a_refunding_credit_note_makes_the_refund_itself(stage: Stage) -> None:
    invoice = paid_invoice(stage)
    since = len(stage.world.events)
    note = stage.stripe.v1.credit_notes.create(
        {"invoice": invoice, "amount": 1500, "refund_amount": 1500, "reason": "duplicate"},
        {"idempotency_key": "note-1"},
    )
    assert (note.type, note.post_payment_amount, note.pre_payment_amount) == ("post_payment", 1500, 0)
    (link,) = stage.get("credit_notes", note.id)["refunds"]
    refund = stage.get("refunds", link["refund"])
    assert (refund["amount"], refund["charge"], refund["metadata"]) == (1500, charge_of(stage, invoice), {})
    assert stage.happened(since) == ["refund.created", "charge.refunded", "credit_note.created", "invoice.updated"]
    assert stage.last("refund.created")["request"]["idempotency_key"] == "note-1"
    after = stage.get("invoices", invoice)
    assert (after["status"], after["post_payment_credit_notes_amount"], after["amount_paid"]) == ("paid", 1500, 2000)


def test_an_existing_refund_is_linked_instead(stage: Stage) -> None:
    invoice = paid_invoice(stage)
    refund = stage.stripe.v1.refunds.create({"charge": charge_of(stage, invoice), "amount": 900})
    since = len(stage.world.events)
    note = stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 900, "refunds": [{"refund": refund.id}]})
    assert [(it.refund, it.amount_refunded) for it in note.refunds] == [(refund.id, 900)]
    assert "refund.created" not in stage.happened(since)


def test_credit_goes_to_the_customers_balance(stage: Stage) -> None:
    invoice = paid_invoice(stage)
    note = stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 500, "credit_amount": 500})
    customer = stage.get("invoices", invoice)["customer"]
    (written,) = stage.world.call("GET", f"/v1/customers/{customer}/balance_transactions")["data"]
    assert (written["id"], written["type"], written["amount"]) == (
        note.customer_balance_transaction,
        "credit_note",
        -500,
    )
    assert (written["credit_note"], stage.get("customers", customer)["balance"]) == (note.id, -500)


def test_an_open_invoice_shrinks_first(stage: Stage) -> None:
    invoice = open_invoice(stage)
    note = stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 800})
    after = stage.get("invoices", invoice, "payments.data.payment.payment_intent")
    assert (note.type, after["amount_due"], after["amount_remaining"]) == ("pre_payment", 1200, 1200)
    assert after["pre_payment_credit_notes_amount"] == 800
    assert after["payments"]["data"][0]["payment"]["payment_intent"]["amount"] == 1200


def test_a_credit_note_over_all_pays_the_invoice(stage: Stage) -> None:
    invoice = open_invoice(stage)
    stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 2000})
    after = stage.get("invoices", invoice, "payments")
    assert (after["status"], after["amount_due"], after["amount_paid"]) == ("paid", 0, 0)
    assert [it["status"] for it in after["payments"]["data"]] == ["canceled"]


def test_a_partly_paid_invoice_is_credited_on_both_sides(stage: Stage) -> None:
    invoice = open_invoice(stage)
    customer = stage.get("invoices", invoice)["customer"]
    part = stage.pay(500, customer)["payment_intent"]
    stage.stripe.v1.invoices.attach_payment(invoice, {"payment_intent": part})
    note = stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 1700, "refund_amount": 200})
    assert (note.type, note.pre_payment_amount, note.post_payment_amount) == ("mixed", 1500, 200)
    after = stage.get("invoices", invoice)
    assert (after["status"], after["amount_due"], after["amount_paid"]) == ("paid", 500, 500)


def test_lines_name_what_is_credited(stage: Stage) -> None:
    invoice = paid_invoice(stage)
    line = stage.get("invoices", invoice)["lines"]["data"][0]["id"]
    note = stage.stripe.v1.credit_notes.create(
        {
            "invoice": invoice,
            "lines": [
                {"type": "invoice_line_item", "invoice_line_item": line, "amount": 300},
                {"type": "custom_line_item", "description": "Sorry", "unit_amount": 50, "quantity": 2},
            ],
            "out_of_band_amount": 400,
        }
    )
    assert (note.amount, note.out_of_band_amount) == (400, 400)
    listed = stage.stripe.v1.credit_notes.line_items.list(note.id)
    assert [(it.type, it.amount) for it in listed.data] == [("invoice_line_item", 300), ("custom_line_item", 100)]


def test_voiding_takes_it_back_while_the_invoice_is_open(stage: Stage) -> None:
    invoice = open_invoice(stage)
    note = stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 800})
    assert stage.stripe.v1.credit_notes.void_credit_note(note.id).status == "void"
    after = stage.get("invoices", invoice)
    assert (after["amount_remaining"], after["pre_payment_credit_notes_amount"]) == (2000, 0)
    assert "credit_note.voided" in stage.happened()
    with pytest.raises(stripe.InvalidRequestError, match="already void"):
        stage.stripe.v1.credit_notes.void_credit_note(note.id)


def test_they_are_found_by_invoice_and_customer(stage: Stage) -> None:
    invoice = paid_invoice(stage)
    customer = stage.get("invoices", invoice)["customer"]
    made = []
    for amount in (100, 200, 300):
        given = {"invoice": invoice, "amount": amount, "out_of_band_amount": amount}
        made.append(stage.world.call("POST", "/v1/credit_notes", **given)["id"])
        stage.world.advance(DAY)
    numbers = [stage.get("credit_notes", it)["number"] for it in made]
    assert [it[-6:] for it in numbers] == ["-CN-01", "-CN-02", "-CN-03"]
    by_invoice = stage.stripe.v1.credit_notes.list({"invoice": invoice, "limit": 1})
    assert [it.id for it in by_invoice.auto_paging_iter()] == made[::-1]
    assert len(stage.stripe.v1.credit_notes.list({"customer": customer}).data) == 3
    assert stage.stripe.v1.credit_notes.list({"customer": stage.customer()}).data == []


def test_a_memo_is_told_with_what_it_was(stage: Stage) -> None:
    given = {"invoice": paid_invoice(stage), "amount": 100, "out_of_band_amount": 100}
    note = stage.world.call("POST", "/v1/credit_notes", **given)["id"]
    stage.stripe.v1.credit_notes.update(note, {"memo": "Sorry"})
    assert stage.last("credit_note.updated")["data"]["previous_attributes"] == {"memo": None}
