"""Products, prices, and the plan in which an item repeats its price."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json, nulls


def product(account: Account, **given: object) -> Json:
    now = account.now()
    return {
        "id": account.ids.new("prod"),
        "object": "product",
        "active": True,
        "created": now,
        **nulls("default_price description package_dimensions shippable statement_descriptor tax_code unit_label url"),
        "images": [],
        "livemode": account.livemode,
        "marketing_features": [],
        "metadata": {},
        "type": "service",
        "updated": now,
        **given,
    }


def price(account: Account, *, unit_amount: int, recurring: Json | None, **given: object) -> Json:
    if recurring is not None:
        defaults = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}
        recurring = defaults | recurring
    return {
        "id": account.ids.new("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": account.now(),
        **nulls("custom_unit_amount lookup_key nickname tiers_mode transform_quantity"),
        "livemode": account.livemode,
        "metadata": {},
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "type": "recurring" if recurring else "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
        **given,
    }


def plan(price: Json) -> Json:
    """The old name of a recurring price, which every item still carries."""
    recurring = price["recurring"]
    return {
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        **{key: price[key] for key in ("id", "active", "billing_scheme", "created", "currency", "livemode")},
        **{key: recurring[key] for key in ("interval", "interval_count", "meter", "usage_type")},
        **{key: price[key] for key in ("metadata", "nickname", "product", "tiers_mode")},
        "transform_usage": None,
        "trial_period_days": None,
    }
