"""What Stripe refuses to credit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.attempts import Attempt, Refused, draft_invoice, open_invoice, paid_invoice, post, void_invoice
from tests.sandbox.stage import Stage


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


REFUSED = {
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
