"""Subscription schedules made from a running subscription."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.ending import latest_period_end
from app.sandbox.state.plain import Json, copied, nulls


def schedule(account: Account, sub: Json, *, metadata: Json) -> Json:
    start, end = sub["items"]["data"][0]["current_period_start"], latest_period_end(sub)
    return {
        "id": account.ids.new("sub_sched"),
        "object": "subscription_schedule",
        "application": None,
        "billing_mode": copied(sub["billing_mode"]),
        "canceled_at": None,
        "completed_at": None,
        "created": account.now(sub),
        "current_phase": {"end_date": end, "start_date": start},
        "customer": sub["customer"],
        "customer_account": None,
        "default_settings": _default_settings(sub),
        "end_behavior": "release",
        "livemode": account.livemode,
        "metadata": metadata,
        "pause_schedules": [],
        "phases": [_phase(sub, start, end)],
        "released_at": None,
        "released_subscription": None,
        "status": "active",
        "subscription": sub["id"],
        "test_clock": sub["test_clock"],
    }


def _default_settings(sub: Json) -> Json:
    return {
        **nulls("application_fee_percent billing_thresholds description on_behalf_of transfer_data"),
        "automatic_tax": copied(sub["automatic_tax"]),
        "billing_cycle_anchor": "automatic",
        "collection_method": sub["collection_method"],
        "default_payment_method": sub["default_payment_method"],
        "invoice_settings": {
            **nulls("account_tax_ids custom_fields days_until_due description footer"),
            "issuer": {"type": "self"},
        },
    }


def _phase(sub: Json, start: int, end: int) -> Json:
    return {
        **nulls(
            "application_fee_percent billing_cycle_anchor billing_thresholds collection_method"
            " default_payment_method description invoice_settings on_behalf_of transfer_data trial_end"
        ),
        "add_invoice_items": [],
        "currency": sub["currency"],
        "default_tax_rates": [],
        "discounts": [],
        "end_date": end,
        "items": [_item(item) for item in sub["items"]["data"]],
        "metadata": {},
        "proration_behavior": "create_prorations",
        "start_date": start,
    }


def _item(item: Json) -> Json:
    return {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": {},
        "plan": item["plan"]["id"],
        "price": item["price"]["id"],
        "quantity": item["quantity"],
        "tax_rates": [],
    }
