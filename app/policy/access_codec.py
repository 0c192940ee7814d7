"""The facts of access as a short JSON-able dict and back: written when facts change, read for every answer."""

from collections.abc import Mapping
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
from app.policy.instants import from_epoch, from_epoch_or_none, to_epoch, to_epoch_or_none
from app.policy.standing import Standing

_VERSION = 1


def encode(facts: AccessFacts) -> dict[str, Any]:
    standing = facts.standing
    encoded = {
        "v": _VERSION,
        "s": _encode_subscription(facts.subscription),
        "i": [_encode_invoice(invoice) for invoice in facts.invoices],
    }
    if standing != GOOD_STANDING:
        encoded["st"] = [
            standing.standing.value,
            to_epoch_or_none(standing.decided_at),
            to_epoch_or_none(standing.forfeited_until),
        ]
    if facts.held_until is not None:
        encoded["h"] = to_epoch(facts.held_until)
    return encoded


def decode(encoded: Mapping[str, Any]) -> AccessFacts:
    if encoded["v"] != _VERSION:
        raise ValueError(f"access facts of version {encoded['v']!r}, not {_VERSION}: rebuild them from the mirror")
    return AccessFacts(
        subscription=_decode_subscription(encoded["s"]),
        invoices=tuple([_decode_invoice(invoice) for invoice in encoded["i"]]),
        standing=_decode_standing(encoded["st"]) if "st" in encoded else GOOD_STANDING,
        held_until=from_epoch_or_none(encoded.get("h")),
    )


def _encode_subscription(facts: SubscriptionFacts) -> dict[str, Any]:
    short = {
        "id": facts.subscription,
        "s": facts.status,
        "i": [_encode_item(item) for item in facts.items],
        "sa": to_epoch_or_none(facts.started_at),
        "te": to_epoch_or_none(facts.trial_end),
        "ea": to_epoch_or_none(facts.ended_at),
        "ca": to_epoch_or_none(facts.cancel_at),
        "cp": facts.cancel_at_period_end or None,
        "cd": to_epoch_or_none(facts.canceled_at),
        "cr": facts.cancellation_reason,
        "pc": facts.pause_collection,
        "pr": to_epoch_or_none(facts.pause_resumes_at),
        "pa": to_epoch_or_none(facts.paused_at),
        "li": facts.latest_invoice,
    }
    return _without_none(short)


def _decode_subscription(short: Mapping[str, Any]) -> SubscriptionFacts:
    get = short.get
    return SubscriptionFacts(
        subscription=short["id"],
        status=short["s"],
        items=tuple([_decode_item(item) for item in short["i"]]),
        started_at=from_epoch_or_none(get("sa")),
        trial_end=from_epoch_or_none(get("te")),
        ended_at=from_epoch_or_none(get("ea")),
        cancel_at=from_epoch_or_none(get("ca")),
        cancel_at_period_end=get("cp", False),
        canceled_at=from_epoch_or_none(get("cd")),
        cancellation_reason=get("cr"),
        pause_collection=get("pc"),
        pause_resumes_at=from_epoch_or_none(get("pr")),
        paused_at=from_epoch_or_none(get("pa")),
        latest_invoice=get("li"),
    )


def _encode_item(item: ItemFacts) -> list[Any]:
    period = (to_epoch(item.period_start), to_epoch(item.period_end))
    return [item.item, item.product, item.price, item.lookup_key, *period, int(item.metered)]


def _decode_item(row: list[Any]) -> ItemFacts:
    item, product, price, lookup_key, start, end, metered = row
    return ItemFacts(
        item=item,
        product=product,
        price=price,
        lookup_key=lookup_key,
        period_start=from_epoch(start),
        period_end=from_epoch(end),
        metered=metered == 1,
    )


def _encode_invoice(facts: InvoiceFacts) -> dict[str, Any]:
    by_hand = facts.collection_method != "charge_automatically"
    short = {
        "id": facts.invoice,
        "s": facts.status,
        "c": to_epoch(facts.created),
        "l": [[line.item, int(line.proration), to_epoch(line.start), to_epoch(line.end)] for line in facts.lines],
        "b": facts.billing_reason,
        "d": to_epoch_or_none(facts.due_date),
        "m": facts.collection_method if by_hand else None,
        "a": facts.attempted or None,
        "p": to_epoch_or_none(facts.paid_at),
        "va": to_epoch_or_none(facts.voided_at),
        "ua": to_epoch_or_none(facts.marked_uncollectible_at),
        "ur": facts.uncollectible_reason,
        "pp": facts.payment_processing or None,
        "lb": facts.money_left_back or None,
    }
    return _without_none(short)


def _decode_invoice(short: Mapping[str, Any]) -> InvoiceFacts:
    get = short.get
    return InvoiceFacts(
        invoice=short["id"],
        status=short["s"],
        billing_reason=get("b"),
        created=from_epoch(short["c"]),
        due_date=from_epoch_or_none(get("d")),
        collection_method=get("m", "charge_automatically"),
        attempted=get("a", False),
        paid_at=from_epoch_or_none(get("p")),
        voided_at=from_epoch_or_none(get("va")),
        marked_uncollectible_at=from_epoch_or_none(get("ua")),
        uncollectible_reason=get("ur"),
        payment_processing=get("pp", False),
        money_left_back=get("lb", False),
        lines=tuple([_decode_line(line) for line in short["l"]]),
    )


def _decode_line(row: list[Any]) -> LineFacts:
    item, proration, start, end = row
    return LineFacts(item=item, proration=proration == 1, start=from_epoch(start), end=from_epoch(end))


def _decode_standing(row: list[Any]) -> StandingFacts:
    standing, decided_at, forfeited_until = row
    return StandingFacts(
        standing=Standing(standing),
        decided_at=from_epoch_or_none(decided_at),
        forfeited_until=from_epoch_or_none(forfeited_until),
    )


def _without_none(short: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in short.items() if value is not None}
