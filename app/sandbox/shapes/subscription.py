"""Subscriptions and their items."""

from app.sandbox.account import Account
from app.sandbox.shapes.catalog import plan
from app.sandbox.state.plain import Json, copied, nulls


def listed(data: list[Json], url: str) -> Json:
    """A list inside an object."""
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}


def subscription(account: Account, now: int, *, billing_mode: str, **given: object) -> Json:
    sub = {
        "id": account.ids.new("sub"),
        "object": "subscription",
        **nulls(
            "application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at"
            " canceled_at customer_account days_until_due default_payment_method default_source description"
            " ended_at latest_invoice next_pending_invoice_item_invoice on_behalf_of pause_collection"
            " pending_invoice_item_interval pending_setup_intent pending_update schedule test_clock transfer_data"
            " trial_end trial_start"
        ),
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": _billing_mode(billing_mode, now),
        "cancel_at_period_end": False,
        "cancellation_details": nulls("comment feedback feedback_option reason"),
        "collection_method": "charge_automatically",
        "created": now,
        **{key: [] for key in ("billing_schedules", "default_tax_rates", "discounts")},
        "invoice_settings": {
            **nulls("account_tax_ids custom_fields description footer"),
            "issuer": {"type": "self"},
        },
        "livemode": account.livemode,
        "managed_payments": {"enabled": False},
        "metadata": {},
        "payment_settings": {
            **nulls("payment_method_options payment_method_types"),
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "incomplete",
        "trial_settings": {"end_behavior": {"billing_cycle_anchor": "now", "missing_payment_method": "create_invoice"}},
        **given,
    }
    if account.variants.status_details_when_not_paused == "null":
        sub["status_details"] = None
    sub["items"] = listed([], f"/v1/subscription_items?subscription={sub['id']}")
    return sub


def _billing_mode(kind: str, now: int) -> Json:
    if kind == "classic":
        return {"type": "classic", "flexible": None}
    return {"type": "flexible", "flexible": {"proration_discounts": "included"}, "updated_at": now}


def item(
    account: Account, sub: Json, price: Json, *, now: int, quantity: int | None, metadata: Json | None = None
) -> Json:
    return {
        "id": account.ids.new("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": now,
        "current_period_start": now,
        "discounts": [],
        "metadata": metadata or {},
        "plan": plan(price),
        "price": copied(price),
        "quantity": quantity,
        "subscription": sub["id"],
        "tax_rates": [],
    }
