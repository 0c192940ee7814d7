"""Stripe's subscription and invoice bodies as facts of access; what is missing, null or new never crashes."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.policy.access_facts import InvoiceFacts, ItemFacts, LineFacts, SubscriptionFacts
from app.policy.instants import from_epoch, stripe_instant

_NO_TIME = from_epoch(0)  # stands for a period that Stripe did not tell: nothing is paid through it


def subscription_facts(body: Mapping[str, Any]) -> SubscriptionFacts:
    pause = _part(body, "pause_collection")
    return SubscriptionFacts(
        subscription=_id(body) or "",
        status=_text(body.get("status")) or "",
        items=tuple(_item(item, body) for item in _listed(body, "items")),
        started_at=stripe_instant(body.get("start_date")) or stripe_instant(body.get("created")),
        trial_end=stripe_instant(body.get("trial_end")),
        ended_at=stripe_instant(body.get("ended_at")),
        cancel_at=stripe_instant(body.get("cancel_at")),
        cancel_at_period_end=body.get("cancel_at_period_end") is True,
        canceled_at=stripe_instant(body.get("canceled_at")),
        cancellation_reason=_text(_part(body, "cancellation_details").get("reason")),
        pause_collection=_text(pause.get("behavior")),
        pause_resumes_at=stripe_instant(pause.get("resumes_at")),
        paused_at=stripe_instant(_part(_part(body, "status_details"), "paused").get("transitioned_at")),
        latest_invoice=_id(body.get("latest_invoice")),
    )


def invoice_facts(
    body: Mapping[str, Any], *, payment_processing: bool = False, money_gone: bool = False
) -> InvoiceFacts:
    became = _part(body, "status_transitions")
    return InvoiceFacts(
        invoice=_id(body) or "",
        status=_text(body.get("status")) or "draft",
        billing_reason=_text(body.get("billing_reason")),
        created=stripe_instant(body.get("created")) or _NO_TIME,
        due_date=stripe_instant(body.get("due_date")),
        collection_method=_text(body.get("collection_method")) or "charge_automatically",
        attempted=body.get("attempted") is True or bool(body.get("attempt_count")),
        paid_at=stripe_instant(became.get("paid_at")),
        voided_at=stripe_instant(became.get("voided_at")),
        marked_uncollectible_at=stripe_instant(became.get("marked_uncollectible_at")),
        uncollectible_reason=_text(_part(_part(body, "status_details"), "uncollectible").get("reason")),
        payment_processing=payment_processing,
        money_left_back=money_gone,
        lines=tuple(line for body_line in _listed(body, "lines") if (line := _line(body_line))),
    )


def bills_subscription(body: Mapping[str, Any]) -> str | None:
    """The subscription that an invoice bills; None for one made by hand."""
    parent = _part(_part(body, "parent"), "subscription_details")
    return _id(parent.get("subscription")) or _id(body.get("subscription"))


def _item(item: Mapping[str, Any], subscription: Mapping[str, Any]) -> ItemFacts:
    price = _part(item, "price") or _part(item, "plan")
    recurring = _part(price, "recurring") or price
    start, end = (
        stripe_instant(item.get(edge)) or stripe_instant(subscription.get(edge)) or _NO_TIME
        for edge in ("current_period_start", "current_period_end")
    )
    return ItemFacts(
        item=_id(item) or "",
        product=_id(price.get("product")) or "",
        price=_id(price) or _id(item.get("price")) or "",
        lookup_key=_text(price.get("lookup_key")),
        period_start=start,
        period_end=end,
        metered=recurring.get("usage_type") == "metered",
    )


def _line(line: Mapping[str, Any]) -> LineFacts | None:
    sold = _part(_part(line, "parent"), "subscription_item_details") or line
    period = _part(line, "period")
    start, end = stripe_instant(period.get("start")), stripe_instant(period.get("end"))
    item = _id(sold.get("subscription_item"))
    if start is None or end is None:
        return None
    return LineFacts(item=item, proration=sold.get("proration") is True, start=start, end=end)


def _listed(body: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The embedded list, written as Stripe's list object or as a plain array."""
    value = body.get(name)
    rows = value.get("data") if isinstance(value, Mapping) else value
    return (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping))


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _id(value: Any) -> str | None:
    """The id of a reference, expanded or not."""
    return _text(value.get("id")) if isinstance(value, Mapping) else _text(value)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
