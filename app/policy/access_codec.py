"""The facts of access as a short JSON-able dict and back: written when facts change, read for every answer.

What has its default value is left out, so that the usual subscription is short and quick to read.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from app.policy.access_facts import (
    GOOD_STANDING,
    AccessFacts,
    InvoiceFacts,
    ItemFacts,
    LineFacts,
    StandingFacts,
    SubscriptionFacts,
)
from app.policy.instants import from_epoch, to_epoch
from app.policy.standing import Standing

_VERSION = 1
_CAPITALS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

# Each fact has a short key; an instant's is in capitals.
_SUBSCRIPTION = {
    "id": "subscription",
    "s": "status",
    "i": "items",
    "B": "started_at",
    "T": "trial_end",
    "E": "ended_at",
    "C": "cancel_at",
    "cp": "cancel_at_period_end",
    "R": "canceled_at",
    "cr": "cancellation_reason",
    "pc": "pause_collection",
    "P": "pause_resumes_at",
    "S": "paused_at",
    "li": "latest_invoice",
}
_ITEM = {
    "id": "item",
    "p": "product",
    "pr": "price",
    "lk": "lookup_key",
    "S": "period_start",
    "E": "period_end",
    "m": "metered",
}
_INVOICE = {
    "id": "invoice",
    "s": "status",
    "br": "billing_reason",
    "C": "created",
    "D": "due_date",
    "cm": "collection_method",
    "a": "attempted",
    "P": "paid_at",
    "V": "voided_at",
    "U": "marked_uncollectible_at",
    "ur": "uncollectible_reason",
    "pp": "payment_processing",
    "lb": "money_left_back",
    "l": "lines",
}
_LINE = {"i": "item", "p": "proration", "S": "start", "E": "end"}
_STANDING = {"s": "standing", "D": "decided_at", "F": "forfeited_until"}


def encode(facts: AccessFacts) -> dict[str, Any]:
    subscription = _shorten(facts.subscription, _SUBSCRIPTION)
    subscription["i"] = [_shorten(item, _ITEM) for item in facts.subscription.items]
    encoded: dict[str, Any] = {"v": _VERSION, "s": subscription}
    if facts.invoices:
        encoded["i"] = [_encode_invoice(invoice) for invoice in facts.invoices]
    if facts.standing != GOOD_STANDING:
        encoded["st"] = _shorten(facts.standing, _STANDING)
    if facts.held_until is not None:
        encoded["H"] = to_epoch(facts.held_until)
    return encoded


def decode(encoded: Mapping[str, Any]) -> AccessFacts:
    if encoded["v"] != _VERSION:
        raise ValueError(f"access facts of version {encoded['v']!r}, not {_VERSION}: rebuild them from the mirror")
    subscription = _lengthen(encoded["s"], _SUBSCRIPTION)
    subscription["items"] = tuple([ItemFacts(**_lengthen(item, _ITEM)) for item in subscription["items"]])
    held_until = encoded.get("H")
    return AccessFacts(
        subscription=SubscriptionFacts(**subscription),
        invoices=tuple([_decode_invoice(invoice) for invoice in encoded.get("i", ())]),
        standing=_decode_standing(encoded["st"]) if "st" in encoded else GOOD_STANDING,
        held_until=None if held_until is None else from_epoch(held_until),
    )


def _encode_invoice(invoice: InvoiceFacts) -> dict[str, Any]:
    return _shorten(invoice, _INVOICE) | {"l": [_shorten(line, _LINE) for line in invoice.lines]}


def _decode_invoice(short: Mapping[str, Any]) -> InvoiceFacts:
    invoice = _lengthen(short, _INVOICE)
    invoice["lines"] = tuple([LineFacts(**_lengthen(line, _LINE)) for line in invoice["lines"]])
    return InvoiceFacts(**invoice)


def _decode_standing(short: Mapping[str, Any]) -> StandingFacts:
    standing = _lengthen(short, _STANDING)
    return StandingFacts(**standing | {"standing": Standing(short.get("s", Standing.GOOD))})


def _shorten(facts: Any, names: Mapping[str, str]) -> dict[str, Any]:
    defaults = {field.name: field.default for field in fields(facts)}
    values = ((key, name, getattr(facts, name)) for key, name in names.items())
    told = ((key, value) for key, name, value in values if value != defaults[name])
    return {key: to_epoch(value) if key in _CAPITALS else value for key, value in told}


def _lengthen(short: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names[key]: from_epoch(value) if key in _CAPITALS else value for key, value in short.items()}
