"""Full bodies of Stripe's objects, made from templates; callers never change one in place."""

import json
from pathlib import Path
from typing import Any

Body = dict[str, Any]
MONTH = 30 * 86400
PRICES = 3


def _template(name: str) -> Body:
    body: Body = json.loads((Path(__file__).parent / "shapes" / f"{name}.json").read_text())
    return body


_SHAPES = {path.stem: _template(path.stem) for path in (Path(__file__).parent / "shapes").glob("*.json")}
NO_CANCELLATION = _SHAPES["subscription"]["cancellation_details"]


def shape(kind: str, /, **values: Any) -> Body:
    return {**_SHAPES[kind], **values}


def price(number: int) -> Body:
    amount = (number + 1) * 1000
    return shape(
        "price",
        id=f"price_1TCorpus{number}",
        product="prod_TCorpus",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
        lookup_key=f"plan_{number}",
    )


def product() -> Body:
    return shape("product", id="prod_TCorpus", name="Studio", created=1_767_000_000, updated=1_767_000_000)


def item(item_id: str, subscription: str, *, price_number: int, start: int, end: int, quantity: int = 1) -> Body:
    of = price(price_number)
    amount = of["unit_amount"]
    plan = {
        **_SHAPES["subscription_item"]["plan"],
        "id": of["id"],
        "product": of["product"],
        "amount": amount,
        "amount_decimal": str(amount),
    }
    return shape(
        "subscription_item",
        id=item_id,
        subscription=subscription,
        created=start,
        current_period_start=start,
        current_period_end=end,
        quantity=quantity,
        price=of,
        plan=plan,
    )


def items(subscription: str, data: list[Body]) -> Body:
    url = f"/v1/subscription_items?subscription={subscription}"
    return {"object": "list", "data": data, "has_more": False, "total_count": len(data), "url": url}


def line(line_id: str, *, invoice: str, subscription: Body, start: int, end: int) -> Body:
    sold = subscription["items"]["data"][0]
    amount = sold["price"]["unit_amount"] * sold["quantity"]
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": sold["id"],
    }
    return shape(
        "line_item",
        id=line_id,
        invoice=invoice,
        amount=amount,
        subtotal=amount,
        quantity=sold["quantity"],
        quantity_decimal=str(sold["quantity"]),
        metadata=subscription["metadata"],
        parent={
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        },
        period={"start": start, "end": end},
        pricing={
            "price_details": {"price": sold["price"]["id"], "product": sold["price"]["product"]},
            "type": "price_details",
            "unit_amount_decimal": sold["price"]["unit_amount_decimal"],
        },
    )


def draft(invoice: str, *, subscription: Body, customer: Body, lines: list[Body], now: int, reason: str) -> Body:
    """An invoice before it is finalized."""
    total = sum(each["amount"] for each in lines)
    frozen = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    url = f"/v1/invoices/{invoice}/lines"
    return shape(
        "invoice",
        id=invoice,
        created=now,
        customer=customer["id"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        billing_reason=reason,
        status="draft",
        attempted=False,
        attempt_count=0,
        auto_advance=True,
        number=None,
        effective_at=None,
        hosted_invoice_url=None,
        invoice_pdf=None,
        ending_balance=None,
        webhooks_delivered_at=None,
        amount_paid=0,
        **dict.fromkeys(["amount_due", "amount_remaining", "subtotal", "total"], total),
        **dict.fromkeys(["subtotal_excluding_tax", "total_excluding_tax"], total),
        lines={"object": "list", "data": lines, "has_more": False, "total_count": len(lines), "url": url},
        parent={"quote_details": None, "subscription_details": frozen, "type": "subscription_details"},
        period_start=now - MONTH if reason == "subscription_cycle" else now,
        period_end=now,
        status_transitions=dict.fromkeys(["finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"]),
    )
