"""What Stripe refuses around payments of invoices, balances, disputes and holds."""

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
