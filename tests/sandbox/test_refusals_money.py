"""What Stripe refuses around payments of invoices, balances, disputes, holds and credit notes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.attempts import Attempt, Refused, draft_invoice, open_invoice, paid_invoice, post, void_invoice
from tests.sandbox.stage import Stage


def attach(stage: Stage, invoice: str, customer: str | None = None, **intent: Any) -> object:
    """A new intent of the invoice's customer, unless told otherwise."""
    owner = customer or stage.get("invoices", invoice)["customer"]
    given = {"amount": 2000, "currency": "usd", "customer": owner, **intent}
    made = stage.world.call("POST", "/v1/payment_intents", **given)
    return post(stage, f"/v1/invoices/{invoice}/attach_payment", payment_intent=made["id"])


def attach_twice(stage: Stage) -> object:
    invoice = open_invoice(stage)
    attach(stage, invoice, amount=500)
    (_, attached) = stage.world.call("GET", "/v1/payment_intents")["data"][::-1]
    return post(stage, f"/v1/invoices/{invoice}/attach_payment", payment_intent=attached["id"])


def with_an_attached_payment(stage: Stage) -> str:
    invoice = open_invoice(stage)
    attach(stage, invoice, amount=500)
    return invoice


def adjust(**fields: Any) -> Attempt:
    """The balance of a customer who pays in dollars."""

    def attempt(stage: Stage) -> object:
        customer = stage.subscribe()["customer"]
        return post(stage, f"/v1/customers/{customer}/balance_transactions", **fields)

    return attempt


def someone_elses_transaction(stage: Stage) -> object:
    made = stage.world.call("POST", f"/v1/customers/{stage.customer()}/balance_transactions", amount=-5, currency="usd")
    return stage.stripe.v1.customers.balance_transactions.retrieve(stage.customer(), made["id"])


def capture(stage: Stage, **fields: Any) -> object:
    intent = stage.pay(capture_method="manual")["payment_intent"]
    return post(stage, f"/v1/payment_intents/{intent}/capture", **fields)


def credit(**fields: Any) -> Attempt:
    """A credit note for a paid invoice of 2000."""
    return lambda stage: post(stage, "/v1/credit_notes", invoice=paid_invoice(stage), **fields)


def credit_after_refund(stage: Stage) -> object:
    sub = stage.subscribe()
    charge = stage.world.call("GET", "/v1/charges", customer=sub["customer"])["data"][0]["id"]
    stage.world.call("POST", "/v1/refunds", charge=charge, amount=1500)
    return post(stage, "/v1/credit_notes", invoice=sub["latest_invoice"], amount=501, credit_amount=501)


def linked_twice(stage: Stage) -> object:
    sub = stage.subscribe()
    charge = stage.world.call("GET", "/v1/charges", customer=sub["customer"])["data"][0]["id"]
    refund = stage.world.call("POST", "/v1/refunds", charge=charge, amount=500)["id"]
    note = {"invoice": sub["latest_invoice"], "amount": 500, "refunds": [{"refund": refund}]}
    stage.world.call("POST", "/v1/credit_notes", **note)
    return post(stage, "/v1/credit_notes", **note)


def foreign_refund(stage: Stage) -> object:
    refund = stage.world.call("POST", "/v1/refunds", charge=stage.pay()["id"])["id"]
    return credit(amount=2000, refunds=[{"refund": refund}])(stage)


def refunding_a_disputed_one(stage: Stage) -> object:
    sub = stage.subscribe()
    stage.world.dispute(stage.world.call("GET", "/v1/charges", customer=sub["customer"])["data"][0]["id"])
    return post(stage, "/v1/credit_notes", invoice=sub["latest_invoice"], amount=5, refund_amount=5)


def void_a_refunding_one(stage: Stage) -> object:
    given = {"invoice": paid_invoice(stage), "amount": 5, "refund_amount": 5}
    return stage.stripe.v1.credit_notes.void_credit_note(stage.world.call("POST", "/v1/credit_notes", **given)["id"])


def answered(stage: Stage) -> str:
    made = stage.world.dispute(stage.pay()["id"])["id"]
    stage.world.dispute_becomes(made, "under_review")
    return str(made)


_ATTACH, _CHECK = "/v1/invoices/{}/attach_payment", "payment_intent"
REFUSED = {
    "attach nothing": Refused(
        lambda s: post(s, _ATTACH.format(open_invoice(s))), "Missing", code="parameter_missing", param=_CHECK
    ),
    "attach what is unknown": Refused(
        lambda s: post(s, _ATTACH.format(open_invoice(s)), payment_intent="pi_x"),
        "No such",
        code="resource_missing",
        param=_CHECK,
    ),
    "attach to a draft": Refused(lambda s: attach(s, draft_invoice(s)), "draft", code="invoice_not_editable"),
    "attach to a paid one": Refused(lambda s: attach(s, paid_invoice(s)), "paid", code="invoice_not_editable"),
    "attach to a void one": Refused(lambda s: attach(s, void_invoice(s)), "void", code="invoice_not_editable"),
    "attach someone else's": Refused(lambda s: attach(s, open_invoice(s), s.customer()), "same customer", param=_CHECK),
    "attach another currency": Refused(
        lambda s: attach(s, open_invoice(s), currency="eur"), "same currency", param=_CHECK
    ),
    "attach more than remains": Refused(lambda s: attach(s, open_invoice(s), amount=2001), "exceeds", param=_CHECK),
    "attach twice": Refused(attach_twice, "already belongs", param=_CHECK),
    "void with payments": Refused(
        lambda s: s.stripe.v1.invoices.void_invoice(with_an_attached_payment(s)),
        "attached",
        code="invoice_not_editable",
    ),
    "write off with payments": Refused(
        lambda s: s.stripe.v1.invoices.mark_uncollectible(with_an_attached_payment(s)),
        "attached",
        code="invoice_not_editable",
    ),
    "a balance without amount": Refused(adjust(currency="usd"), "Missing", code="parameter_missing", param="amount"),
    "a balance without currency": Refused(adjust(amount=5), "Missing", code="parameter_missing", param="currency"),
    "a balance of another currency": Refused(adjust(amount=5, currency="eur"), "combine", param="currency"),
    "a balance moved by nothing": Refused(adjust(amount=0, currency="usd"), "zero", param="amount"),
    "a type of one's own": Refused(
        adjust(amount=5, currency="usd", type="invoice_overpaid"),
        "unknown",
        code="parameter_unknown",
        param="type",
    ),
    "the balance of an unknown customer": Refused(
        lambda s: post(s, "/v1/customers/cus_x/balance_transactions", amount=5, currency="usd"),
        "No such customer",
        code="resource_missing",
        param="id",
        status=404,
    ),
    "someone else's transaction": Refused(
        someone_elses_transaction, "No such", code="resource_missing", param="id", status=404
    ),
    "capture too much": Refused(
        lambda s: capture(s, amount_to_capture=2001), "greater", code="amount_too_large", param="amount_to_capture"
    ),
    "capture what was taken": Refused(
        lambda s: s.stripe.v1.payment_intents.capture(s.pay()["payment_intent"]),
        "status of succeeded",
        code="payment_intent_unexpected_state",
    ),
    "an unknown capture method": Refused(
        lambda s: post(s, "/v1/payment_intents", amount=900, currency="usd", capture_method="later"),
        "must be one of",
        param="capture_method",
    ),
    "answer too late": Refused(
        lambda s: s.stripe.v1.disputes.update(answered(s), {"evidence": {"uncategorized_text": "x"}}), "under_review"
    ),
    "give up what is under review": Refused(lambda s: s.stripe.v1.disputes.close(answered(s)), "under_review"),
    "unknown evidence": Refused(
        lambda s: post(s, f"/v1/disputes/{s.world.dispute(s.pay()['id'])['id']}", evidence={"alibi": "x"}),
        "unknown",
        code="parameter_unknown",
        param="evidence[alibi]",
    ),
    "make a dispute oneself": Refused(
        lambda s: post(s, "/v1/disputes", charge=s.pay()["id"]), "Unrecognized request URL", status=404
    ),
    "a note without amount": Refused(credit(credit_amount=5), "exactly one"),
    "a note with both": Refused(credit(amount=5, lines=[{"type": "invoice_line_item"}]), "exactly one"),
    "a note without an invoice": Refused(
        lambda s: post(s, "/v1/credit_notes", amount=5), "Missing", code="parameter_missing", param="invoice"
    ),
    "a note for a draft": Refused(
        lambda s: post(s, "/v1/credit_notes", invoice=draft_invoice(s), amount=5), "finalized"
    ),
    "a note for a void one": Refused(
        lambda s: post(s, "/v1/credit_notes", invoice=void_invoice(s), amount=5), "finalized"
    ),
    "a note whose parts do not add up": Refused(
        credit(amount=500, refund_amount=200, credit_amount=100), "(300) must equal the credit note's post payment"
    ),
    "a note that gives nothing back": Refused(credit(amount=500), "(0) must equal"),
    "a note over too much": Refused(credit(amount=2001, credit_amount=2001), "greater than what can be credited"),
    "a note beside a refund": Refused(credit_after_refund, "greater than what can be credited"),
    "a note that refunds more than was paid": Refused(
        credit(amount=2001, refund_amount=2001), "greater than what can be refunded", param="refund_amount"
    ),
    "a note that refunds what nobody paid": Refused(
        lambda s: post(s, "/v1/credit_notes", invoice=open_invoice(s), amount=5, refund_amount=5),
        "no payment",
        param="refund_amount",
    ),
    "a note that refunds what is disputed": Refused(
        refunding_a_disputed_one, "what can be refunded", param="refund_amount"
    ),
    "a note with an unknown refund": Refused(
        credit(amount=5, refunds=[{"refund": "re_x"}]), "No such", code="resource_missing", param="refunds[0][refund]"
    ),
    "a note with a foreign refund": Refused(foreign_refund, "not of a payment", param="refunds[0][refund]"),
    "a refund in two notes": Refused(linked_twice, "Only 0 of this refund", param="refunds[0][refund]"),
    "a note for a refund's reason": Refused(
        credit(amount=5, credit_amount=5, reason="requested_by_customer"), "must be one of", param="reason"
    ),
    "a line without its item": Refused(
        credit(lines=[{"type": "invoice_line_item", "amount": 5}]),
        "Missing",
        code="parameter_missing",
        param="lines[0][invoice_line_item]",
    ),
    "a line of another invoice": Refused(
        credit(lines=[{"type": "invoice_line_item", "invoice_line_item": "il_x"}]),
        "No such",
        code="resource_missing",
        param="lines[0][invoice_line_item]",
    ),
    "a custom line with an amount": Refused(
        credit(lines=[{"type": "custom_line_item", "amount": 5, "unit_amount": 5, "description": "x"}]),
        "only for invoice line items",
        param="lines[0][amount]",
    ),
    "void a refunding note": Refused(void_a_refunding_one, "returned no money"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_stripe_refuses(stage: Stage, name: str) -> None:
    REFUSED[name].happens_on(stage)


def test_automatic_invoices_may_refuse_attached_payments(stage: Stage) -> None:
    stage.world.variants.attaches_to_automatic_invoices = False
    Refused(lambda s: attach(s, open_invoice(s)), "charged automatically").happens_on(stage)
    sent = stage.subscribe(collection_method="send_invoice", days_until_due=7)
    stage.stripe.v1.invoices.finalize_invoice(sent["latest_invoice"])
    attach(stage, sent["latest_invoice"])
