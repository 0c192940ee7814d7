"""Events of one second as the cases tell them: small bodies, any order of arrival."""

from collections.abc import Mapping
from itertools import count, permutations
from typing import Any

from app.policy.event_order import Entry, Resolution, resolve_second

_ids = count()
Body = dict[str, Any]


def told(kind: str, body: Body, previous: Mapping[str, Any] | None = None, *, at: int = 100) -> Entry:
    return Entry(id=f"evt_{next(_ids)}", type=kind, created=at, body=body, previous=previous)


def updated(body: Body, previous: Mapping[str, Any], *, at: int = 100) -> Entry:
    return told("customer.subscription.updated", body, previous, at=at)


def subscription(status: str = "active", **values: Any) -> Body:
    plain: Body = {"cancel_at_period_end": False, "canceled_at": None, "metadata": {}}
    return {"id": "sub_1", "object": "subscription", "status": status, **plain, **values}


def invoice(status: str, **values: Any) -> Body:
    return {"id": "in_1", "object": "invoice", "status": status, "attempt_count": 0, **values}


def resolved_in_any_order(entries: list[Entry], before: Body | None = None) -> Resolution:
    """The answer, after making sure that the order of arrival does not matter to it."""
    first = resolve_second(entries, before)
    assert all(resolve_second(order, before) == first for order in permutations(entries))
    return first


ACTIVE = subscription()
ENDING = subscription(cancel_at_period_end=True, canceled_at=100)
CANCEL = updated(ENDING, {"cancel_at_period_end": False, "canceled_at": None})
RESUME = updated(ACTIVE, {"cancel_at_period_end": True, "canceled_at": 100})
CANCEL_AGAIN = updated(ENDING, {"cancel_at_period_end": False, "canceled_at": None})
