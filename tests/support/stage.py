"""The product beside a Stripe, on one clock that the test moves: webhooks arrive signed, calls are really answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.billing.account_link import offer_link
from app.billing.context import Context
from app.main import create_app
from app.sandbox.mock import intercept
from app.sandbox.world import World
from app.stripe_gateway.gateway import API_VERSION
from tests.support.product import HandClock, product

START = datetime(2026, 10, 23, 6, tzinfo=UTC)
HOST = "https://studio.example/settings"
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stage:
    world: World
    clock: HandClock
    context: Context
    app: Flask
    products: dict[str, str] = field(default_factory=dict)

    def browser(self) -> FlaskClient:
        """A browser with cookies of its own."""
        return self.app.test_client()

    def advance(self, **by: float) -> None:
        step = timedelta(**by)
        self.deliver()
        self.clock.advance(step)
        self.world.advance(int(step.total_seconds()))
        self.deliver()

    def deliver(self) -> None:
        client = self.browser()

        def post(_url: str, body: bytes, headers: dict[str, str]) -> int:
            return client.post("/webhooks/stripe", data=body, headers=headers).status_code

        while any(delivery.attempts == 0 for delivery in self.world.deliveries()):
            self.world.deliver(post)

    def price(self, name: str, amount: int = 2000, currency: str = "usd", *, key: str = "", **recurring: Any) -> str:
        call = self.world.call
        if name not in self.products:
            self.products[name] = call("POST", "/v1/products", name=name)["id"]
        sold = {"unit_amount": amount, "currency": currency, "recurring": {"interval": "month", **recurring}}
        named = {"lookup_key": key} if key else {}
        made = call("POST", "/v1/prices", product=self.products[name], **sold, **named)
        return str(made["id"])

    def subscribe(self, uid: str, *prices: str, card: str = "pm_card_visa", **more: Any) -> str:
        """The subscription's id, its webhooks delivered."""
        call = self.world.call
        customer = call("POST", "/v1/customers", email=f"{uid}@example.com")["id"]
        method = call("POST", f"/v1/payment_methods/{card}/attach", customer=customer)["id"]
        made = call(
            "POST",
            "/v1/subscriptions",
            customer=customer,
            items=[{"price": price} for price in prices or (self.price("Studio"),)],
            default_payment_method=method,
            metadata={"uid": uid},
            **more,
        )
        self.deliver()
        return str(made["id"])

    def link(self, uid: str, return_url: str = HOST) -> str:
        """The path of a one-time link."""
        url = offer_link(self.context, uid=uid, return_url=return_url).url
        return url.removeprefix(self.context.settings.public_url)


@contextmanager
def stage(database_url: str, **settings: Any) -> Iterator[Stage]:
    world = World(start=int(START.timestamp()))
    listens = {"url": "https://paidthrough.example/webhooks/stripe", "enabled_events": ["*"]}
    secret = world.call("POST", "/v1/webhook_endpoints", **listens, api_version=API_VERSION)["secret"]
    clock = HandClock(START)
    context = product(database_url, clock=clock, stripe_webhook_secrets=secret, **settings)
    with intercept(world):
        yield Stage(world=world, clock=clock, context=context, app=create_app(context))
    context.db.close()
