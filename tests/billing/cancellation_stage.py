"""A subscriber at the sandbox, mirrored by the product, whose clocks move together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import text

from app.billing.cancellation import CancelOutcome, cancel, repeat_due, resume
from app.billing.context import Context
from app.billing.mirror import take_events, take_fetched
from app.policy.envelope import read_envelope
from app.sandbox.mock import intercept
from app.sandbox.world import World
from app.stripe_gateway.fetching import fetch
from tests.support.product import HandClock

ALICE = "alice"
SOON = timedelta(minutes=16)
"""After this any lease has ended and any backoff has passed."""

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Stage:
    world: World
    context: Context
    clock: HandClock
    subscription: str = ""
    heard: int = field(default=0)

    def cancel(self, context: Context | None = None, *, uid: str = ALICE) -> CancelOutcome:
        return cancel(context or self.context, uid=uid, subscription=self.subscription, actor="customer", why="dear")

    def resume(self, context: Context | None = None, *, uid: str = ALICE) -> CancelOutcome:
        return resume(context or self.context, uid=uid, subscription=self.subscription, actor="customer")

    def repeat(self) -> int:
        return repeat_due(self.context)

    def subscribe(self, *, card: str = "pm_card_visa", unit_amount: int = 2000, **fields: Any) -> str:
        """Alice signs up, and the mirror hears of it."""
        customer = self.world.call("POST", "/v1/customers")["id"]
        settings = {"default_payment_method": card}
        self.world.call("POST", f"/v1/customers/{customer}", invoice_settings=settings)
        given = {"items": [{"price": self.price(unit_amount)}], "metadata": {"uid": ALICE}} | fields
        self.subscription = self.world.call("POST", "/v1/subscriptions", customer=customer, **given)["id"]
        self.hear()
        return self.subscription

    def price(self, unit_amount: int = 2000, interval: str = "month") -> str:
        product = self.world.call("POST", "/v1/products", name="Pro")["id"]
        recurring = {"interval": interval}
        given = {"product": product, "currency": "usd", "unit_amount": unit_amount, "recurring": recurring}
        return str(self.world.call("POST", "/v1/prices", **given)["id"])

    def hear(self) -> None:
        """The webhooks that Stripe has sent since arrive."""
        events, self.heard = self.world.events[self.heard :], len(self.world.events)
        envelopes = [read_envelope(event, orjson.dumps(event).decode()) for event in events]
        if envelopes:
            take_events(self.context, envelopes)
        self.advance(timedelta(seconds=1))

    def take_from_stripe(self, kind: str, object_id: str) -> None:
        """What a rehearsal's events make the product do: it asks for the subscription and for this object."""
        for wanted, name in (("subscription", self.subscription), (kind, object_id)):
            fetched = fetch(self.context.stripe, wanted, name)
            take_fetched(self.context, [fetched], began_at=self.clock.now)
        self.world.requests.clear()

    def advance(self, by: timedelta) -> None:
        """Time passes for everybody; webhooks of it wait until `hear`."""
        self.clock.advance(by)
        self.world.advance_to(int(self.clock.now.timestamp()))

    def advance_to(self, instant: datetime) -> None:
        self.advance(instant - self.clock.now)

    @property
    def at_stripe(self) -> Json:
        return self.world.call("GET", f"/v1/subscriptions/{self.subscription}")

    def stored(self) -> Json:
        """The subscription inside the sandbox, to be bent."""
        found = self.world.account.store.find(self.subscription)
        assert found is not None
        return found

    @property
    def cycle_end(self) -> datetime:
        return datetime.fromtimestamp(self.at_stripe["items"]["data"][0]["current_period_end"], UTC)

    @property
    def invoices(self) -> list[Json]:
        """Oldest first."""
        page = self.world.call("GET", "/v1/invoices", subscription=self.subscription, limit=100)
        return list(reversed(page["data"]))

    @property
    def changes(self) -> list[tuple[str, str, Json]]:
        """What the product asked Stripe to change."""
        return [(it.method, it.path, it.params) for it in self.world.requests if it.method != "GET"]

    @property
    def keys(self) -> list[str | None]:
        return [it.idempotency_key for it in self.world.requests if it.method != "GET"]

    @property
    def rows(self) -> list[Json]:
        """The requests as they are kept, the oldest first."""
        with self.context.db.read() as tx:
            found = tx.execute(text("SELECT * FROM cancellation_request ORDER BY requested_at, id"))
            return [dict(row._mapping) for row in found]

    @property
    def row(self) -> Json:
        (row,) = self.rows
        return row

    def ends_with_cycle(self) -> bool:
        found = self.at_stripe
        return bool(found["cancel_at_period_end"]) and found["status"] == "active"

    def check_no_proration(self) -> None:
        """Nothing was prorated, and every call that could have said that it must not."""
        for method, path, params in self.changes:
            if method == "DELETE":
                assert (params["prorate"], params["invoice_now"]) == ("false", "false")
            elif path == f"/v1/subscriptions/{self.subscription}":
                assert params["proration_behavior"] == "none"
                assert "payment_behavior" not in params
        for invoice in self.invoices:
            for line in invoice["lines"]["data"]:
                assert not line["parent"]["subscription_item_details"]["proration"]
        assert not [event for event in self.world.events if event["type"].startswith("invoiceitem.")]


@contextmanager
def staged(context: Context, clock: HandClock) -> Iterator[Stage]:
    world = World(int(clock.now.timestamp()))
    with intercept(world):
        yield Stage(world=world, context=context, clock=clock)
