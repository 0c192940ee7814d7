"""A sandbox with a shop on it, and the real SDK as its client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import stripe

from app.sandbox.mock import intercept
from app.sandbox.world import World

NOON = 1_800_014_400  # 2027-01-15 12:00:00 UTC
DAY = 86_400
HOUR = 3_600
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Stage:
    world: World
    stripe: stripe.StripeClient
    product: str
    monthly: str
    yearly: str

    def customer(self, *, card: str | None = "pm_card_visa", **fields: Any) -> str:
        made = self.world.call("POST", "/v1/customers", **fields)
        if card is not None:
            settings = {"default_payment_method": card}
            self.world.call("POST", f"/v1/customers/{made['id']}", invoice_settings=settings)
        return str(made["id"])

    def card_of(self, customer: str) -> str:
        found = self.world.call("GET", f"/v1/customers/{customer}")
        return str(found["invoice_settings"]["default_payment_method"])

    def subscribe(self, customer: str | None = None, **fields: Any) -> Json:
        given = {"items": [{"price": self.monthly}], **fields}
        return self.world.call("POST", "/v1/subscriptions", customer=customer or self.customer(), **given)

    def get(self, kind: str, object_id: str, *expand: str) -> Json:
        return self.world.call("GET", f"/v1/{kind}/{object_id}", expand=list(expand))

    def pay(self, amount: int = 2000, customer: str | None = None, **fields: Any) -> Json:
        """A one-off payment's charge, unless the intent still waits for something."""
        given = {"amount": amount, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, **fields}
        named = {} if customer is None else {"customer": customer}
        made = self.world.call("POST", "/v1/payment_intents", **given, **named)
        return self.get("charges", made["latest_charge"])

    def subscription(self, sub: Json) -> Json:
        return self.get("subscriptions", sub["id"])

    def invoices(self, sub: Json) -> list[Json]:
        """Oldest first."""
        page = self.world.call("GET", "/v1/invoices", subscription=sub["id"], limit=100)
        return list(reversed(page["data"]))

    def happened(self, since: int = 0) -> list[str]:
        return [event["type"] for event in self.world.events[since:]]

    def last(self, kind: str) -> Json:
        return next(event for event in reversed(self.world.events) if event["type"] == kind)


@contextmanager
def staged(world: World | None = None) -> Iterator[Stage]:
    world = world or World(NOON)
    product = world.call("POST", "/v1/products", name="Pro")["id"]
    monthly = _price(world, product, 2000, "month")
    yearly = _price(world, product, 20000, "year")
    client = stripe.StripeClient("sk_test_stage", http_client=stripe.RequestsClient())
    with intercept(world):
        yield Stage(world=world, stripe=client, product=product, monthly=monthly, yearly=yearly)


def _price(world: World, product: str, amount: int, interval: str) -> str:
    recurring = {"interval": interval}
    made = world.call("POST", "/v1/prices", product=product, currency="usd", unit_amount=amount, recurring=recurring)
    return str(made["id"])
