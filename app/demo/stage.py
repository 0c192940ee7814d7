"""What the story's scenes share: Stripe, the host, the narrator, and a customer on a test clock."""

import time
from dataclasses import dataclass
from typing import Any

from app.demo.host import Host
from app.demo.narration import Narrator
from app.demo.stripe_desk import StripeDesk

Json = dict[str, Any]
SETTLE_SECONDS = 30
HOUR, DAY = 3600, 86400


@dataclass(frozen=True, kw_only=True)
class Stage:
    desk: StripeDesk
    host: Host
    narrator: Narrator
    price: str
    service: str

    def expect(self, uid: str, *, entitled: bool, reason: str, until: str | None = None) -> Json:
        """Ask the API until it answers so, for as long as webhooks may take; narrate what it said."""
        ends = time.monotonic() + SETTLE_SECONDS
        while True:
            got = self.host.access(uid)
            fits = got["entitled"] is entitled and got["reason"] == reason and until in (None, got["until"])
            if fits or time.monotonic() > ends:
                break
            time.sleep(0.2)
        wanted = f"{'allowed' if entitled else 'denied'} · {reason}" + (f" · until {until}" if until else "")
        self.narrator.answer(uid, got, as_expected=fits, expected=wanted)
        return got

    def customer(self, uid: str, *, at: int) -> "DemoCustomer":
        """A payer on a test clock of their own, with a good card."""
        clock = self.desk.post("/v1/test_helpers/test_clocks", frozen_time=at, name=uid)["id"]
        payer = self.desk.post("/v1/customers", email=f"{uid}@example.com", name=uid.title(), test_clock=clock)["id"]
        return DemoCustomer(uid=uid, id=payer, clock=clock, stage=self)


@dataclass(frozen=True, kw_only=True)
class DemoCustomer:
    uid: str
    id: str
    clock: str
    stage: Stage

    def sign_up(self) -> str:
        """Through Stripe Checkout, which is told only the host's user id; gives the subscription."""
        desk = self.stage.desk
        session = desk.post(
            "/v1/checkout/sessions",
            mode="subscription",
            customer=self.id,
            client_reference_id=self.uid,
            line_items=[{"price": self.stage.price, "quantity": 1}],
            success_url="https://studio.example/welcome",
        )
        return str(desk.play(f"checkout/{session['id']}/complete")["subscription"])

    def until(self, instant: int) -> None:
        self.stage.desk.advance(self.clock, instant)

    def card(self, subscription: str) -> str:
        found = self.stage.desk.get(f"/v1/subscriptions/{subscription}")
        return str(found["default_payment_method"])
