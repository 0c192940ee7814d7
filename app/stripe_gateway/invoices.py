"""Keeps an invoice from being collected. Stripe deletes no invoice of a subscription and voids no draft."""

from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.fetching import change
from app.stripe_gateway.gateway import Gateway


def stop_invoice(gateway: Gateway, invoice: str, *, key: str) -> Fetched:
    """Keep a draft from being finalized by itself, an open invoice from being collected by itself."""
    update = gateway.client.v1.invoices.update
    return change(gateway, "invoice", lambda: update(invoice, {"auto_advance": False}, {"idempotency_key": key}))


def finalize_stopped_invoice(gateway: Gateway, invoice: str, *, key: str) -> Fetched:
    """Open a draft without collecting it, so that it can be voided."""
    finalize = gateway.client.v1.invoices.finalize_invoice
    return change(gateway, "invoice", lambda: finalize(invoice, {"auto_advance": False}, {"idempotency_key": key}))


def void_invoice(gateway: Gateway, invoice: str, *, key: str) -> Fetched:
    void = gateway.client.v1.invoices.void_invoice
    return change(gateway, "invoice", lambda: void(invoice, {}, {"idempotency_key": key}))
