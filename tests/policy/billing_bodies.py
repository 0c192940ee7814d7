"""Invoices, subscriptions and balance transactions in Stripe's shape, as payments hang on them."""

from typing import Any

Body = dict[str, Any]

NOON = 1793880000  # 2026-11-05 12:00 UTC
MONTH = 30 * 86400
HOUR = 3600


def invoice(name: str, subscription: str, *, item: str = "si_1", start: int = NOON) -> Body:
    return {
        "id": name,
        "object": "invoice",
        "amount_due": 2000,
        "amount_overpaid": 0,
        "amount_paid": 2000,
        "billing_reason": "subscription_create",
        "currency": "usd",
        "customer": "cus_1",
        "ending_balance": 0,
        "lines": {"object": "list", "data": [line(subscription, item, start)], "has_more": False},
        "parent": {
            "subscription_details": {"metadata": {}, "subscription": subscription},
            "type": "subscription_details",
        },
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "paid",
        "total_pretax_credit_amounts": [],
    }


def line(subscription: str, item: str, start: int) -> Body:
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": 2000,
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {"proration": False, "subscription": subscription, "subscription_item": item},
            "type": "subscription_item_details",
        },
        "period": {"end": start + MONTH, "start": start},
        "pretax_credit_amounts": [],
        "pricing": {"price_details": {"price": "price_pro", "product": "prod_pro"}, "type": "price_details"},
        "quantity": 1,
        "quantity_decimal": "1",
    }


def subscription(name: str, item: str, *, created: int) -> Body:
    price = {"id": "price_pro", "recurring": {"interval": "month", "usage_type": "licensed"}}
    return {
        "id": name,
        "object": "subscription",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "created": created,
        "customer": "cus_1",
        "ended_at": None,
        "items": {"object": "list", "data": [{"id": item, "price": price, "quantity": 1}], "has_more": False},
        "metadata": {"uid": "u-1"},
        "pause_collection": None,
        "status": "active",
    }


def balance_transaction(
    amount: int, *, at: int, invoice: str | None = None, kind: str = "invoice_overpaid", **others: Any
) -> Body:
    """A negative amount is a credit for the customer."""
    return {
        "id": f"cbtxn_{at}_{amount}",
        "object": "customer_balance_transaction",
        "amount": amount,
        "created": at,
        "currency": "usd",
        "customer": "cus_1",
        "ending_balance": amount,
        "invoice": invoice,
        "metadata": {},
        "type": kind,
    } | others
