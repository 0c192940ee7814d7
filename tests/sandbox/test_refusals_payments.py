"""What Stripe refuses to do with invoices, intents, cards and Checkout."""

from __future__ import annotations

import pytest

from tests.sandbox.attempts import (
    Refused,
    checkout,
    create,
    draft_invoice,
    open_invoice,
    paid_invoice,
    post,
    succeeded_intent,
    void_invoice,
)
from tests.sandbox.stage import Stage


def attached_twice(stage: Stage) -> object:
    method = stage.card_of(stage.customer())
    return stage.stripe.v1.payment_methods.attach(method, {"customer": stage.customer(card=None)})


def foreign_card(stage: Stage) -> object:
    theirs = stage.card_of(stage.customer())
    mine = stage.customer(card=None)
    return stage.stripe.v1.customers.update(mine, {"invoice_settings": {"default_payment_method": theirs}})


REFUSED = {
    "send_invoice without days": Refused(create(collection_method="send_invoice"), "required", param="days_until_due"),
    "a card of someone else": Refused(
        foreign_card, "attached", code="resource_missing", param="invoice_settings[default_payment_method]"
    ),
    "a card attached twice": Refused(attached_twice, "already been attached", code="payment_method_unexpected_state"),
    "pay a paid invoice": Refused(lambda s: s.stripe.v1.invoices.pay(paid_invoice(s)), "already paid"),
    "pay a void invoice": Refused(
        lambda s: s.stripe.v1.invoices.pay(void_invoice(s)), "void", code="invoice_not_editable"
    ),
    "void a paid invoice": Refused(
        lambda s: s.stripe.v1.invoices.void_invoice(paid_invoice(s)), "paid", code="invoice_not_editable"
    ),
    "void a draft": Refused(
        lambda s: s.stripe.v1.invoices.void_invoice(draft_invoice(s)), "draft", code="invoice_not_editable"
    ),
    "finalize a final invoice": Refused(lambda s: s.stripe.v1.invoices.finalize_invoice(open_invoice(s)), "already"),
    "write off a paid invoice": Refused(
        lambda s: s.stripe.v1.invoices.mark_uncollectible(paid_invoice(s)), "paid", code="invoice_not_editable"
    ),
    "delete a subscription's draft": Refused(lambda s: s.stripe.v1.invoices.delete(draft_invoice(s)), "void"),
    "pay without a card": Refused(
        lambda s: s.stripe.v1.invoices.pay(open_invoice(s)), "provide one", code="resource_missing"
    ),
    "payment method types of an intent": Refused(
        lambda s: post(s, "/v1/payment_intents", amount=900, currency="usd", payment_method_types=["card"]),
        "no longer supported",
        code="payment_method_types_no_longer_supported",
        param="payment_method_types",
    ),
    "payment method types of a session": Refused(
        checkout(payment_method_types=["card"]),
        "no longer supported",
        code="payment_method_types_no_longer_supported",
        param="payment_method_types",
    ),
    "an amount too small": Refused(
        lambda s: post(s, "/v1/payment_intents", amount=1, currency="usd"),
        "at least",
        code="amount_too_small",
        param="amount",
    ),
    "confirm what succeeded": Refused(
        lambda s: s.stripe.v1.payment_intents.confirm(succeeded_intent(s)),
        "status",
        code="payment_intent_unexpected_state",
    ),
    "cancel what succeeded": Refused(
        lambda s: s.stripe.v1.payment_intents.cancel(succeeded_intent(s)),
        "status",
        code="payment_intent_unexpected_state",
    ),
    "confirm without a card": Refused(
        lambda s: post(s, "/v1/payment_intents", amount=900, currency="usd", confirm=True),
        "missing a payment method",
        code="payment_intent_unexpected_state",
    ),
    "a session without success_url": Refused(
        checkout(success_url=None), "Missing", code="parameter_missing", param="success_url"
    ),
    "a session in payment mode for a subscription": Refused(checkout(mode="payment"), "recurring price", param="mode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_stripe_refuses(stage: Stage, name: str) -> None:
    REFUSED[name].happens_on(stage)
