"""Whether two renderings show the same state of a Stripe object, and what an event says came before it."""

from collections.abc import Mapping
from typing import Any

# Rendered anew each time (links carry a token), changed without an event, or present only when expanded.
UNTOLD = frozenset(
    {
        "webhooks_delivered_at",
        "next_invoice_sequence",
        "hosted_invoice_url",
        "invoice_pdf",
        "receipt_url",
        "client_secret",
        "has_more",
        "total_count",
        "payments",
        "refunds",
        "sources",
        "subscriptions",
        "tax_ids",
        "amount_paid_off_stripe",
    }
)


def same(one: Any, other: Any) -> bool:
    """Equal as far as Stripe tells: null and absent are one, and so are an expanded object and its id."""
    if one is other or one == other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _same_objects(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return _expands(one, other) or _expands(other, one)


def describes(previous: Mapping[str, Any], body: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """The state holds the old value of everything that the event says it changed."""
    for key, old in previous.items():
        if key in UNTOLD:
            continue
        new, here = body.get(key), state.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            if not (isinstance(here, Mapping) and describes(old, new, here)):
                return False
        elif not same(old, here):
            return False
    return True


def state_before(body: Mapping[str, Any], previous: Mapping[str, Any]) -> dict[str, Any]:
    """The whole object as it was before the event: old values laid over the new body, arrays taken whole."""
    state = dict(body)
    for key, old in previous.items():
        new = state.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            state[key] = state_before(new, old)
        else:
            state[key] = old
    return state


def _same_objects(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    for key, value in one.items():
        there = other.get(key)
        if value is not there and value != there and key not in UNTOLD and not same(value, there):
            return False
    return all(other[key] is None or key in UNTOLD for key in other.keys() - one.keys())


def _expands(one: Any, other: Any) -> bool:
    return isinstance(one, Mapping) and isinstance(other, str) and one.get("id") == other
