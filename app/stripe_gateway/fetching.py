"""Asks Stripe how an object of a mirrored kind stands."""

from collections.abc import Callable
from typing import Any

import stripe

from app.stripe_gateway.answers import Call, ask
from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.gateway import Gateway

__all__ = ["FETCHABLE", "Fetched", "change", "fetch"]

Retrieve = Callable[..., stripe.StripeObject]


def fetch(gateway: Gateway, kind: str, object_id: str, *, retries: int | None = None) -> Fetched:
    """The object as Stripe shows it now; a deleted customer has little more than `deleted`.

    `retries` is how often the call is repeated at once, if not as often as others.

    Raises:
        StripeMissing: Stripe has no such object.
        StripeUnavailable: ask again later.
    """
    retrieve = _RETRIEVE[kind](gateway.client.v1)
    options = None if retries is None else {"max_network_retries": retries}
    return ask(gateway, kind, lambda: retrieve(object_id, options=options)).fetched


def change(gateway: Gateway, kind: str, call: Call) -> Fetched:
    """What Stripe answers to a change; the object anew where the answer is a repetition of an old one."""
    answer = ask(gateway, kind, call)
    return fetch(gateway, kind, answer.fetched.id) if answer.replayed else answer.fetched


_RETRIEVE: dict[str, Callable[[Any], Retrieve]] = {
    "charge": lambda v1: v1.charges.retrieve,
    "checkout.session": lambda v1: v1.checkout.sessions.retrieve,
    "credit_note": lambda v1: v1.credit_notes.retrieve,
    "customer": lambda v1: v1.customers.retrieve,
    "dispute": lambda v1: v1.disputes.retrieve,
    "invoice": lambda v1: v1.invoices.retrieve,
    "invoice_payment": lambda v1: v1.invoice_payments.retrieve,
    "payment_intent": lambda v1: v1.payment_intents.retrieve,
    "price": lambda v1: v1.prices.retrieve,
    "product": lambda v1: v1.products.retrieve,
    "radar.early_fraud_warning": lambda v1: v1.radar.early_fraud_warnings.retrieve,
    "refund": lambda v1: v1.refunds.retrieve,
    "subscription": lambda v1: v1.subscriptions.retrieve,
    "subscription_schedule": lambda v1: v1.subscription_schedules.retrieve,
    "test_helpers.test_clock": lambda v1: v1.test_helpers.test_clocks.retrieve,
}

FETCHABLE = frozenset(_RETRIEVE)
