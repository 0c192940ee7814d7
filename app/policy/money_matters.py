"""What in an event may be money given back, each matter by a name of its own; whether it is allowed is judged later."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Body = Mapping[str, Any]

REFUND, CREDIT_NOTE, PRORATION, BALANCE, CHARGE = "refund", "credit_note", "proration", "balance", "charge"


class PricedTime(NamedTuple):
    """A line of an invoice, or a pending one, for time on a subscription from `start` on."""

    subscription: str
    start: int
    amount: int
    proration: bool


def matters_in(kind: str | None, event_type: str, body: Body, previous: Body | None = None) -> frozenset[str]:
    """The names of what has to be looked at; nearly always nothing."""
    object_id = body.get("id")
    if kind in (REFUND, CREDIT_NOTE):
        return frozenset({f"{kind}:{object_id}"})
    if kind == "invoice":
        return frozenset(change_of(line) for line in invoice_lines(body) if line.proration)
    if kind == "invoiceitem" and not event_type.endswith(".deleted"):
        line = pending_line(body)
        return frozenset({change_of(line)} if line and line.proration else ())
    if kind == "customer" and _credit_grew(body, {"balance": 0} if event_type.endswith(".created") else previous or {}):
        return frozenset({f"{BALANCE}:{object_id}"})
    return frozenset()


def not_refunded(body: Body) -> str | None:
    """The charge of a refund that came to nothing."""
    came_to_nothing = body.get("object") == REFUND and body.get("status") in ("failed", "canceled")
    return _text(body.get("charge")) if came_to_nothing else None


def change_of(line: PricedTime) -> str:
    """The unused time and the new time of one change begin together."""
    return f"{PRORATION}:{line.subscription}:{line.start}"


def invoice_lines(invoice: Body) -> Iterator[PricedTime]:
    billed = _text(_part(_part(invoice, "parent"), "subscription_details").get("subscription"))
    listed = _part(invoice, "lines").get("data")
    for line in listed if isinstance(listed, list) else ():
        details = _part(line, "parent")
        sold = _part(details, "subscription_item_details") or _part(details, "invoice_item_details")
        found = _priced(line, _text(sold.get("subscription")) or billed, sold.get("proration") is True)
        if found:
            yield found


def pending_line(item: Body) -> PricedTime | None:
    details = _part(_part(item, "parent"), "subscription_details")
    return _priced(item, _text(details.get("subscription")), item.get("proration") is True)


def _priced(line: Body, subscription: str | None, proration: bool) -> PricedTime | None:
    start, amount = _part(line, "period").get("start"), line.get("amount")
    if subscription is None or not isinstance(start, int) or not isinstance(amount, int):
        return None
    return PricedTime(subscription, start, amount, proration)


def _credit_grew(customer: Body, previous: Body) -> bool:
    """A balance below zero is the customer's credit."""
    before, now = previous.get("balance"), customer.get("balance")
    return isinstance(before, int) and isinstance(now, int) and now < min(before, 0)


def _part(body: Any, name: str) -> Body:
    value = body.get(name) if isinstance(body, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    value = value.get("id") if isinstance(value, Mapping) else value
    return value if isinstance(value, str) and value else None
