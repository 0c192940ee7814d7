"""Whatever people do in whatever order, the sandbox stays itself: no crash, right shapes, a gapless history."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.sandbox.world import SandboxRefusal, World
from tests.references.annotations import violations
from tests.sandbox.stage import DAY, HOUR, NOON, Json

UPDATES: list[Json] = [
    {"cancel_at_period_end": True, "proration_behavior": "none"},
    {"cancel_at_period_end": False},
    {"cancel_at": "max_period_end"},
    {"cancel_at": NOON + 45 * DAY},
    {"cancel_at": ""},
    {"trial_end": "now"},
    {"trial_end": NOON + 70 * DAY},
    {"pause_collection": {"behavior": "void"}},
    {"pause_collection": {"behavior": "keep_as_draft", "resumes_at": NOON + 50 * DAY}},
    {"pause_collection": ""},
    {"billing_cycle_anchor": {"type": "now"}},
    {"metadata": {"note": "x"}},
    {"collection_method": "send_invoice", "days_until_due": 5},
    {"collection_method": "charge_automatically"},
]
PRORATIONS = ["none", "create_prorations", "always_invoice"]
ACTIONS = ["pay", "void", "finalize", "mark_uncollectible"]
which = st.integers(0, 5)


class Life(RuleBasedStateMachine):
    @initialize(
        outcome=st.sampled_from(["cancel", "unpaid", "past_due", "pause"]),
        incomplete=st.booleans(),
        mirrored=st.booleans(),
    )
    def open_shop(self, outcome: Any, incomplete: bool, mirrored: bool) -> None:
        self.world = World(NOON)
        self.judged = 0
        self.world.settings.after_last_retry = outcome
        self.world.variants.signup_starts_incomplete = incomplete
        self.world.variants.flexible_flag_sets_cancel_at = mirrored
        product = self.world.call("POST", "/v1/products", name="Pro")["id"]
        self.prices = [
            self.world.call("POST", "/v1/prices", product=product, currency="usd", unit_amount=amount, recurring=cycle)[
                "id"
            ]
            for amount, cycle in ((2000, {"interval": "month"}), (700, {"interval": "week"}), (0, {"interval": "year"}))
        ]
        self.subs: list[str] = []

    def attempt(self, method: str, path: str, **params: Any) -> Json | None:
        """A refusal is a fine answer; anything else that is raised is not."""
        try:
            return self.world.call(method, path, **params)
        except SandboxRefusal:
            return None

    def sub(self, number: int) -> str:
        return self.subs[number % len(self.subs)] if self.subs else "sub_none"

    @rule(
        card=st.sampled_from(["pm_card_visa", "pm_card_chargeCustomerFail", ""]),
        items=st.lists(st.integers(0, 2), min_size=1, max_size=3),
        behavior=st.sampled_from(["allow_incomplete", "default_incomplete", "error_if_incomplete"]),
        mode=st.sampled_from(["classic", "flexible"]),
        extra=st.sampled_from([{}, {"trial_period_days": 5}, {"cancel_at_period_end": True}]),
    )
    def subscribe(self, card: str, items: list[int], behavior: str, mode: str, extra: Json) -> None:
        customer = self.world.call("POST", "/v1/customers")["id"]
        invoice_settings = {"default_payment_method": card}
        self.world.call("POST", f"/v1/customers/{customer}", invoice_settings=invoice_settings)
        made = self.attempt(
            "POST",
            "/v1/subscriptions",
            customer=customer,
            items=[{"price": self.prices[it]} for it in items],
            payment_behavior=behavior,
            billing_mode={"type": mode},
            **extra,
        )
        if made is not None:
            self.subs.append(made["id"])

    @rule(number=which, change=st.sampled_from(UPDATES))
    def update(self, number: int, change: Json) -> None:
        self.attempt("POST", f"/v1/subscriptions/{self.sub(number)}", **change)

    @rule(number=which, price=st.integers(0, 2), quantity=st.integers(0, 3), behavior=st.sampled_from(PRORATIONS))
    def change_item(self, number: int, price: int, quantity: int, behavior: str) -> None:
        sub = self.attempt("GET", f"/v1/subscriptions/{self.sub(number)}")
        if sub is not None:
            item = {"id": sub["items"]["data"][0]["id"], "price": self.prices[price], "quantity": quantity}
            self.attempt("POST", f"/v1/subscriptions/{sub['id']}", items=[item], proration_behavior=behavior)

    @rule(number=which, prorate=st.booleans(), invoice_now=st.booleans())
    def cancel(self, number: int, prorate: bool, invoice_now: bool) -> None:
        self.attempt("DELETE", f"/v1/subscriptions/{self.sub(number)}", prorate=prorate, invoice_now=invoice_now)

    @rule(number=which, invoicing=st.sampled_from(["invoice", "pending_invoice_item"]))
    def pause(self, number: int, invoicing: str) -> None:
        self.attempt("POST", f"/v1/subscriptions/{self.sub(number)}/pause", invoicing_behavior=invoicing)

    @rule(number=which, anchor=st.sampled_from(["now", "unchanged"]))
    def resume(self, number: int, anchor: str) -> None:
        self.attempt("POST", f"/v1/subscriptions/{self.sub(number)}/resume", billing_cycle_anchor={"type": anchor})

    @rule(number=which, action=st.sampled_from(ACTIONS))
    def treat_latest_invoice(self, number: int, action: str) -> None:
        sub = self.attempt("GET", f"/v1/subscriptions/{self.sub(number)}")
        if sub is not None:
            self.attempt("POST", f"/v1/invoices/{sub['latest_invoice']}/{action}")

    @rule(number=which, declines=st.booleans())
    def turn_card(self, number: int, declines: bool) -> None:
        sub = self.attempt("GET", f"/v1/subscriptions/{self.sub(number)}", expand=["customer"])
        if sub is not None and "invoice_settings" in sub["customer"]:
            card = sub["customer"]["invoice_settings"]["default_payment_method"]
            (self.world.decline if declines else self.world.accept)(card)

    @rule(hours=st.sampled_from([1, 23, 24, 24 * 7, 24 * 31]))
    def pass_time(self, hours: int) -> None:
        self.world.advance(hours * HOUR)

    @invariant()
    def new_events_have_the_right_shape(self) -> None:
        for event in self.world.events[self.judged :]:
            assert violations(event) == [], event["type"]
        self.judged = len(self.world.events)

    @invariant()
    def what_was_told_last_is_what_is(self) -> None:
        """An endpoint that hears everything in order ends with the truth about every subscription."""
        told: dict[str, Json] = {}
        for event in self.world.events:
            if event["data"]["object"]["object"] == "subscription":
                told[event["data"]["object"]["id"]] = event["data"]["object"]
        for sub in self.subs:
            assert told[sub] == self.world.account.store.get("subscription", sub)

    @invariant()
    def live_subscriptions_are_in_their_period(self) -> None:
        for sub in self.world.account.store.all("subscription"):
            if sub["status"] in ("active", "past_due", "trialing"):
                for item in sub["items"]["data"]:
                    assert item["current_period_start"] <= self.world.now < item["current_period_end"]


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
