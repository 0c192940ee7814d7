"""A subscription's items as lines that a customer can read: what it is, how many, for how much, how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.db.mirrored import Body, number, text


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """`unit_amount` is None where the price is not one amount: tiers, usage, fractions of a cent."""

    product: str
    name: str
    quantity: int
    unit_amount: int | None
    currency: str
    interval: str | None
    interval_count: int
    metered: bool


def lines_of(subscription: Body, names: Mapping[str, str]) -> tuple[Line, ...]:
    items = subscription.get("items")
    data = items.get("data") if isinstance(items, Mapping) else None
    return tuple(_line(item, names) for item in data or () if isinstance(item, Mapping))


def _line(item: Body, names: Mapping[str, str]) -> Line:
    price: Any = item.get("price")
    product = text(price, "product") or ""
    metered = text(price, "recurring", "usage_type") == "metered"
    return Line(
        product=product,
        name=names.get(product) or text(price, "nickname") or "Subscription",
        quantity=number(item, "quantity") or 1,
        unit_amount=None if metered else number(price, "unit_amount"),
        currency=text(price, "currency") or "",
        interval=text(price, "recurring", "interval"),
        interval_count=number(price, "recurring", "interval_count") or 1,
        metered=metered,
    )
