"""What happens to a merchant's money without us: customers pay, staff refunds, banks take sides, Stripe fails."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from app.sandbox.world import SandboxRefusal
from tests.journeys.money_auditor import Auditor
from tests.support.billed_again import bill_again
from tests.support.stage import Stage

Json = dict[str, Any]
UIDS = ("alice", "bob")
which = st.integers(0, 5)
orders = st.sampled_from([None, "o-1", "o-1", "o-2"])
rarely = st.sampled_from([False] * 5 + [True])
TIME_OUTS = ("timeout_before_effect", "timeout_after_effect")
TROUBLES = (*TIME_OUTS, "internal_error", "rate_limited", "lock_timeout", "key_in_use")
WHERE = ("POST", "POST", "/v1/refunds", "GET")
DISPUTES = ("needs_response", "won", "lost", "under_review", "warning_closed")


class Outside(RuleBasedStateMachine):
    """`customers` are each user's, `of` tells whose a customer is."""

    stage: Stage
    auditor: Auditor
    cleanup: ExitStack

    def open_shop(self) -> None:
        self.prices = {amount: self.stage.price("Studio", amount) for amount in (2000, 3000)}
        self.of: dict[str, str] = {}
        self.payers = [self._payer(uid) for uid in UIDS]

    def _payer(self, uid: str) -> str:
        made = self.call("/v1/customers", metadata={"uid": uid}, email=f"{uid}@example.com")["id"]
        card = self.call("/v1/payment_methods/pm_card_visa/attach", customer=made)["id"]
        self.call(f"/v1/customers/{made}", invoice_settings={"default_payment_method": card})
        self.of[str(made)] = uid
        return str(made)

    def call(self, path: str, **given: Any) -> Json:
        return self.stage.world.call(
            "POST", path, **{name: value for name, value in given.items() if value is not None}
        )

    def attempt(self, deed: Callable[..., Json], *args: Any, **given: Any) -> Json:
        """A refusal is a fine answer."""
        with suppress(SandboxRefusal):
            return deed(*args, **given)
        return {}

    def all(self, kind: str) -> list[Json]:
        """The newest first, so that what is drawn is mostly about what has just happened."""
        return list(self.stage.world.account.store.newest_first(kind))

    def one(self, kind: str, number: int) -> str:
        found = self.all(kind)
        return str(found[number % len(found)]["id"]) if found else f"{kind}_none"

    @rule(
        who=st.integers(0, 1),
        order=st.sampled_from([None, "o-1", "o-1", "o-2"]),
        held=st.sampled_from([False] * 5 + [True]),
    )
    def pays(self, who: int, order: str | None, held: bool) -> None:
        self._pay(self.payers[who], order, held)

    @rule(number=which)
    def pays_the_same_again(self, number: int) -> None:
        """The host sent its request twice."""
        paid = [it for it in self.all("payment_intent") if it["metadata"].get("order_id")]
        if paid:
            again = paid[number % len(paid)]
            self._pay(again["customer"], again["metadata"]["order_id"], held=False)

    def _pay(self, customer: str, order: str | None, held: bool) -> None:
        self.attempt(
            self.call,
            "/v1/payment_intents",
            customer=customer,
            amount=900,
            currency="usd",
            payment_method="pm_card_visa",
            confirm=True,
            capture_method="manual" if held else "automatic",
            metadata={"order_id": order} if order else None,
            automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
        )

    @rule(number=which, step=st.sampled_from(["capture", "cancel"]))
    def ends_a_hold(self, number: int, step: str) -> None:
        held = [it["id"] for it in self.all("payment_intent") if it["status"] == "requires_capture"]
        if held:
            self.attempt(self.call, f"/v1/payment_intents/{held[number % len(held)]}/{step}")

    @rule(who=st.integers(0, 1), amount=st.sampled_from([2000, 2000, 3000]))
    def subscribes(self, who: int, amount: int) -> None:
        """What credit the customer has pays for it first."""
        payer = self.payers[who]
        items = [{"price": self.prices[amount]}]
        self.attempt(self.call, "/v1/subscriptions", customer=payer, items=items, metadata={"uid": self.of[payer]})

    @rule(number=which, amount=st.sampled_from([None, None, 500, 2500]))
    def a_second_payment_comes_through(self, number: int, amount: int | None) -> None:
        self.attempt(self.stage.world.pay_again, self.one("invoice", number), amount=amount)

    @rule(number=which)
    def a_period_is_billed_again(self, number: int) -> None:
        running = [it["id"] for it in self.all("subscription") if it["status"] == "active"]
        if running:
            bill_again(self.stage.world, running[number % len(running)])

    @rule(number=which, amount=st.sampled_from([None, None, 300]))
    def staff_refunds(self, number: int, amount: int | None) -> None:
        self._by_staff(self.attempt(self.call, "/v1/refunds", charge=self.one("charge", number), amount=amount))

    @rule(who=st.integers(0, 1), amount=st.sampled_from([-700, 300, 1500]))
    def staff_adjusts_credit(self, who: int, amount: int) -> None:
        path = f"/v1/customers/{self.payers[who]}/balance_transactions"
        self._by_staff(self.attempt(self.call, path, amount=amount, currency="usd"))

    def _by_staff(self, made: Json) -> None:
        if made:
            self.auditor.by_staff.add(made["id"])

    @rule(status=st.sampled_from(["pending", "requires_action"]))
    def the_next_refund_waits(self, status: Any) -> None:
        self.stage.world.next_refund(status)

    @rule(number=which, fate=st.sampled_from(["fail", "fail", "settle", "cancel"]))
    def a_refund_ends(self, number: int, fate: str) -> None:
        refund = self.one("refund", number)
        if fate == "cancel":
            self.attempt(self.call, f"/v1/refunds/{refund}/cancel")
        else:
            self.attempt(self.stage.world.fail_refund if fate == "fail" else self.stage.world.settle_refund, refund)

    @rule(number=which)
    def goes_to_the_bank(self, number: int) -> None:
        self.attempt(self.stage.world.dispute, self.one("charge", number))

    @rule(number=which, status=st.sampled_from(DISPUTES))
    def the_bank_decides(self, number: int, status: str) -> None:
        self.attempt(self.stage.world.dispute_becomes, self.one("dispute", number), status)

    @rule(number=which)
    def the_bank_warns(self, number: int) -> None:
        self.attempt(self.stage.world.early_fraud_warning, self.one("charge", number))

    @rule(
        kind=st.sampled_from(TROUBLES),
        only=st.sampled_from(WHERE),
        count=st.integers(1, 2),
    )
    def stripe_will_have_trouble(self, kind: str, only: str, count: int) -> None:
        getattr(self.stage.world.trouble, kind)(count, only=only)

    @rule(on=st.booleans())
    def stripe_is_away(self, on: bool) -> None:
        self.stage.world.trouble.calm()
        self.stage.world.trouble.outage(on)

    @rule(minutes=st.sampled_from([1, 6, 20, 20, 60, 60 * 23, 60 * 25, 60 * 24 * 31]))
    def time_passes(self, minutes: int) -> None:
        self.stage.advance(minutes=minutes)

    @rule()
    def webhooks_arrive(self) -> None:
        self.stage.deliver()
