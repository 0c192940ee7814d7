"""Small correct payloads of API 2026-10-28.endive, written by hand, for proving that the judges can fail."""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]

START, END = 1793880000, 1796472000


def price() -> Payload:
    return {
        "id": "price_1",
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": START,
        "currency": "usd",
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": "prod_1",
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": 2000,
        "unit_amount_decimal": "2000",
    }


def plan() -> Payload:
    return {
        "id": "price_1",
        "object": "plan",
        "active": True,
        "amount": 2000,
        "amount_decimal": "2000",
        "billing_scheme": "per_unit",
        "created": START,
        "currency": "usd",
        "interval": "month",
        "interval_count": 1,
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": "prod_1",
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def item() -> Payload:
    return {
        "id": "si_1",
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": START,
        "current_period_end": END,
        "current_period_start": START,
        "discounts": [],
        "metadata": {},
        "plan": plan(),
        "price": price(),
        "quantity": 1,
        "subscription": "sub_1",
        "tax_rates": [],
    }


def listed(*data: Payload, url: str) -> Payload:
    return {"object": "list", "data": list(data), "has_more": False, "total_count": len(data), "url": url}


def subscription() -> Payload:
    return {
        "id": "sub_1",
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": START,
        "billing_mode": {"type": "classic"},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": START,
        "currency": "usd",
        "customer": "cus_1",
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listed(item(), url="/v1/subscription_items?subscription=sub_1"),
        "latest_invoice": "in_1",
        "livemode": False,
        "metadata": {"uid": "7"},
        "start_date": START,
        "status": "active",
    }


def invoice() -> Payload:
    amounts = {"amount_due": 2000, "amount_paid": 2000, "subtotal": 2000, "total": 2000}
    nothing = ["amount_overpaid", "amount_remaining", "amount_shipping", "starting_balance"]
    nothing += ["post_payment_credit_notes_amount", "pre_payment_credit_notes_amount"]
    return {
        "id": "in_1",
        "object": "invoice",
        **amounts,
        **dict.fromkeys(nothing, 0),
        "attempt_count": 1,
        "attempted": True,
        "auto_advance": False,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None, "status": None},
        "collection_method": "charge_automatically",
        "created": START,
        "currency": "usd",
        "customer": "cus_1",
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": listed(url="/v1/invoices/in_1/lines"),
        "livemode": False,
        "payment_settings": {"payment_method_types": None},
        "period_end": END,
        "period_start": START,
        "status": "paid",
        "status_transitions": {"finalized_at": START, "paid_at": START},
    }


def customer() -> Payload:
    return {"id": "cus_1", "object": "customer", "created": START, "email": None, "livemode": False, "metadata": {}}


def charge() -> Payload:
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 2000,
        "amount_captured": 2000,
        "amount_refunded": 0,
        "billing_details": {"address": address, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": True,
        "created": START,
        "currency": "usd",
        "disputed": False,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": "pi_1",
        "refunded": False,
        "status": "succeeded",
    }


def refund() -> Payload:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 2000,
        "charge": "ch_1",
        "created": START,
        "currency": "usd",
        "metadata": {},
        "reason": "duplicate",
        "status": "succeeded",
    }


def event(body: Payload, *, kind: str, previous: Payload | None = None) -> Payload:
    changed = {} if previous is None else {"previous_attributes": previous}
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": START,
        "data": {"object": body, **changed},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
