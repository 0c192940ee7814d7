"""The shop whose subscriptions are told of: its prices, its customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox_conformance.recorder import Recorder

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    month: str
    year: str
    seat: str
    once: str


def open_shop(record: Recorder) -> Prices:
    record.post("/v1/webhook_endpoints", url="https://shop.example/hook", enabled_events=["*"])
    product = record.post("/v1/products", name="Pro", metadata={"tier": "2"})["id"]

    def price(amount: int, lookup: str | None, **more: Any) -> str:
        named = {} if lookup is None else {"lookup_key": lookup}
        made = record.post("/v1/prices", product=product, currency="usd", unit_amount=amount, **named, **more)
        return str(made["id"])

    prices = Prices(
        month=price(2000, "pro_month", recurring={"interval": "month"}),
        year=price(20000, "pro_year", recurring={"interval": "year"}),
        seat=price(300, None, recurring={"interval": "month"}),
        once=price(900, None),
    )
    record.post(f"/v1/products/{product}", default_price=prices.month, description="The good one")
    record.post(f"/v1/prices/{prices.seat}", nickname="Seat", metadata={"a": "b"})
    return prices


def customer(record: Recorder, *, card: str = "pm_card_visa", **more: Any) -> Body:
    name = {"email": "jenny@example.com", "name": "Jenny"}
    made = record.post("/v1/customers", **name, **more)
    method = record.post(f"/v1/payment_methods/{card}/attach", customer=made["id"])
    settings = {"default_payment_method": method["id"]}
    return record.post(f"/v1/customers/{made['id']}", invoice_settings=settings)


def sign_up(
    record: Recorder, prices: Prices, *, mode: str = "flexible", card: str = "pm_card_visa", **more: Any
) -> Body:
    owner = more.pop("customer", None) or customer(record, card=card)["id"]
    items = more.pop("items", [{"price": prices.month}])
    return record.post("/v1/subscriptions", customer=owner, items=items, billing_mode={"type": mode}, **more)


def at(sub: Body) -> str:
    return f"/v1/subscriptions/{sub['id']}"
