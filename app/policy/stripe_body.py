"""Reads Stripe's plain JSON bodies: what is missing, null or of another type is told apart, and never crashes."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Body = Mapping[str, Any]


def part(body: Body | None, *names: str) -> Body:
    """The object inside, however deep; empty if anything on the way is none."""
    value: Any = body
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> list[Body]:
    """The rows of a list object or of a plain array."""
    rows = value.get("data") if isinstance(value, Mapping) else value
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def is_truncated(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("has_more") is True


def reference(value: Any) -> str | None:
    """The id, whether the reference is expanded or not."""
    return text(value.get("id")) if isinstance(value, Mapping) else text(value)


def text(value: Any) -> str | None:
    """A text that says something."""
    return value if isinstance(value, str) and value.strip() else None


def number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def exact(value: Any) -> Decimal | None:
    """A quantity, written as a number or as Stripe's decimal string."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        quantity = Decimal(value)
    except InvalidOperation:
        return None
    return quantity.normalize() if quantity.is_finite() else None
