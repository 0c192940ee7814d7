"""However money comes, goes back and is fought over: every cent is accounted for, and what was told last is true."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.sandbox.lifecycle.refunding import LIVE
from app.sandbox.world import SandboxRefusal, World
from tests.references.annotations import violations
from tests.sandbox.stage import DAY, HOUR, NOON, Json

TOLD = ("refund", "dispute", "credit_note", "radar.early_fraud_warning", "subscription")
STATUSES = ["under_review", "won", "lost", "prevented", "warning_closed", "needs_response", "appeal_needs_response"]
which = st.integers(0, 7)
cents = st.sampled_from([1, 500, 1000, 2000, 2500])
amount = st.none() | cents


def given_ones(**fields: Any) -> Json:
    return {key: value for key, value in fields.items() if value is not None}


class Money(RuleBasedStateMachine):
    @initialize(releases=st.booleans(), counts=st.booleans())
    def open_shop(self, releases: bool, counts: bool) -> None:
        self.world = World(NOON)
        self.judged = 0
        self.world.variants.released_hold_is_a_refund = releases
        self.world.variants.overpayment_counts_as_paid = counts
        product = self.world.call("POST", "/v1/products", name="Pro")["id"]
        month = {"interval": "month"}
        self.price = self.world.call(
            "POST", "/v1/prices", product=product, currency="usd", unit_amount=2000, recurring=month
        )["id"]
        self.customer = self.world.call("POST", "/v1/customers")["id"]
        self.sessions: list[str] = []
        card = {"default_payment_method": "pm_card_visa"}
        self.world.call("POST", f"/v1/customers/{self.customer}", invoice_settings=card)

    def all(self, kind: str) -> list[Json]:
        return list(self.world.account.store.all(kind))

    def one(self, kind: str, number: int) -> str:
        found = self.all(kind)
        return str(found[number % len(found)]["id"]) if found else f"{kind}_none"

    def attempt(self, deed: Callable[..., object], *args: Any, **given: Any) -> None:
        """A refusal is a fine answer; anything else that is raised is not."""
        with suppress(SandboxRefusal):
            deed(*args, **given)

    def post(self, path: str, **given: Any) -> None:
        self.attempt(self.world.call, "POST", path, **given_ones(**given))

    @rule(behavior=st.sampled_from(["allow_incomplete", "default_incomplete"]))
    def subscribe(self, behavior: str) -> None:
        items = [{"price": self.price}]
        self.post("/v1/subscriptions", customer=self.customer, items=items, payment_behavior=behavior)

    @rule(amount=st.sampled_from([500, 2000]), method=st.sampled_from(["automatic", "manual"]), now=st.booleans())
    def pay(self, amount: int, method: str, now: bool) -> None:
        card = "pm_card_visa" if now else None
        order = {"amount": amount, "currency": "usd", "customer": self.customer, "capture_method": method}
        self.post("/v1/payment_intents", **order, payment_method=card, confirm=now)

    @rule(number=which, step=st.sampled_from(["capture", "cancel", "confirm"]), amount=amount)
    def carry_on(self, number: int, step: str, amount: int | None) -> None:
        extra: dict[str, Json] = {
            "capture": {"amount_to_capture": amount},
            "confirm": {"payment_method": "pm_card_visa"},
            "cancel": {},
        }
        self.post(f"/v1/payment_intents/{self.one('payment_intent', number)}/{step}", **extra[step])

    @rule(number=which, other=which)
    def attach(self, number: int, other: int) -> None:
        intent = self.one("payment_intent", other)
        self.post(f"/v1/invoices/{self.one('invoice', number)}/attach_payment", payment_intent=intent)

    @rule(number=which, amount=amount)
    def pay_again(self, number: int, amount: int | None) -> None:
        self.attempt(self.world.pay_again, self.one("invoice", number), amount=amount)

    @rule(number=which, action=st.sampled_from(["pay", "void"]))
    def treat(self, number: int, action: str) -> None:
        self.post(f"/v1/invoices/{self.one('invoice', number)}/{action}")

    @rule(number=which, amount=amount, status=st.sampled_from([None, "pending", "requires_action"]))
    def refund(self, number: int, amount: int | None, status: Any) -> None:
        if status is not None:
            self.world.next_refund(status, settles_in=DAY)
        self.post("/v1/refunds", charge=self.one("charge", number), amount=amount)

    @rule(number=which, fate=st.sampled_from(["fail", "settle", "cancel"]))
    def end_refund(self, number: int, fate: str) -> None:
        refund = self.one("refund", number)
        if fate == "cancel":
            self.post(f"/v1/refunds/{refund}/cancel")
        else:
            self.attempt(self.world.fail_refund if fate == "fail" else self.world.settle_refund, refund)

    @rule(number=which, status=st.sampled_from(["needs_response", "warning_needs_response"]))
    def dispute(self, number: int, status: str) -> None:
        self.attempt(self.world.dispute, self.one("charge", number), status=status)

    @rule(number=which, status=st.sampled_from(STATUSES))
    def go_on_disputing(self, number: int, status: str) -> None:
        self.attempt(self.world.dispute_becomes, self.one("dispute", number), status)

    @rule(number=which)
    def warn(self, number: int) -> None:
        self.attempt(self.world.early_fraud_warning, self.one("charge", number))

    @rule(number=which, amount=cents, way=st.sampled_from(["refund_amount", "credit_amount", "out_of_band_amount", ""]))
    def credit(self, number: int, amount: int, way: str) -> None:
        terms = {way: amount} if way else {}
        self.post("/v1/credit_notes", invoice=self.one("invoice", number), amount=amount, **terms)

    @rule(number=which)
    def take_credit_back(self, number: int) -> None:
        self.post(f"/v1/credit_notes/{self.one('credit_note', number)}/void")

    @rule(amount=st.sampled_from([-2500, -700, 0, 300]))
    def adjust(self, amount: int) -> None:
        self.post(f"/v1/customers/{self.customer}/balance_transactions", amount=amount, currency="usd")

    @rule(completes=st.booleans(), number=which)
    def check_out(self, completes: bool, number: int) -> None:
        if not completes:
            line = {"price": self.price, "quantity": 1}
            session = {"mode": "subscription", "success_url": "https://a.test", "line_items": [line]}
            made = self.world.call("POST", "/v1/checkout/sessions", **session, customer=self.customer)
            self.sessions.append(made["id"])
            self.attempt(self.world.pay_checkout, made["id"])
        elif self.sessions:
            self.attempt(self.world.complete_checkout, self.sessions[number % len(self.sessions)])

    @rule(hours=st.sampled_from([1, 24, 24 * 8, 24 * 31]))
    def pass_time(self, hours: int) -> None:
        self.world.advance(hours * HOUR)

    @invariant()
    def new_events_have_the_right_shape(self) -> None:
        for event in self.world.events[self.judged :]:
            assert violations(event) == [], event["type"]
        self.judged = len(self.world.events)

    @invariant()
    def what_was_told_last_is_what_is(self) -> None:
        told = {it["data"]["object"].get("id"): it["data"]["object"] for it in self.world.events}
        for kind in TOLD:
            for obj in self.all(kind):
                assert told[obj["id"]] == obj

    @invariant()
    def a_charge_knows_what_went_back(self) -> None:
        for charge in self.all("charge"):
            live = [it for it in self.all("refund") if it["charge"] == charge["id"] and it["status"] in LIVE]
            released = charge["amount"] - charge["amount_captured"] if charge["captured"] else 0
            if charge["captured"]:
                assert charge["amount_refunded"] == released + sum(it["amount"] for it in live)
            assert 0 <= charge["amount_refunded"] <= charge["amount"]
            assert charge["refunded"] is (charge["amount_refunded"] == charge["amount"])

    @invariant()
    def a_refund_has_moved_what_its_status_says(self) -> None:
        for refund in self.all("refund"):
            moved = [it["amount"] for it in self.world.account.store.of("balance_transaction", refund["id"])]
            gone = refund["status"] == "succeeded" and refund["balance_transaction"] is not None
            assert sum(moved) == (-refund["amount"] if gone else 0)

    @invariant()
    def a_balance_is_the_sum_of_its_transactions(self) -> None:
        traced = self.world.account.store.of("customer_balance_transaction", self.customer)
        assert self.world.account.customer(self.customer)["balance"] == sum(it["amount"] for it in traced)

    @invariant()
    def an_invoice_has_got_what_its_payments_brought(self) -> None:
        for invoice in self.all("invoice"):
            payments = self.world.account.store.of("invoice_payment", invoice["id"])
            brought = sum(it["amount_paid"] for it in payments if it["status"] == "paid")
            counted = self.world.variants.overpayment_counts_as_paid
            assert brought == invoice["amount_paid"] + (0 if counted else invoice["amount_overpaid"])
            assert invoice["amount_remaining"] >= 0


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
