"""What happens to a merchant's money without us: customers pay, staff refunds, banks take sides, Stripe fails."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from app.sandbox.world import SandboxRefusal, World
from tests.journeys.money_auditor import Auditor
from tests.support.billed_again import bill_again

Json = dict[str, Any]
UIDS = ("alice", "bob")
TIME_OUTS = ("timeout_before_effect", "timeout_after_effect")
TROUBLES = (*TIME_OUTS, *TIME_OUTS, "internal_error", "rate_limited", "lock_timeout", "key_in_use", "outage")
DISPUTES = ("needs_response", "won", "lost", "under_review", "warning_closed")
CENTS = (None, None, None, 300, 500, 2500)


class Outside:
    """Every deed takes a number, which chooses what it is about. `of` tells whose a customer is."""

    def __init__(self, world: World, prices: list[str], auditor: Auditor) -> None:
        self.world, self.auditor, self.prices = world, auditor, prices
        self.of: dict[str, str] = {}
        self.payers = [self._payer(uid) for uid in UIDS]

    def pays(self, number: int) -> None:
        self._pay(self.payers[number % 2], (None, "o-1", "o-2")[number % 3], held=False)

    def pays_twice(self, number: int) -> None:
        """The host sent its request a second time."""
        for _ in range(2):
            self._pay(self.payers[number % 2], f"o-{number}", held=False)

    def pays_once_more(self, number: int) -> None:
        if paid := self.pick("payment_intent", number, lambda it: bool(it["metadata"].get("order_id"))):
            self._pay(paid["customer"], paid["metadata"]["order_id"], held=number == 5)

    def ends_a_hold(self, number: int) -> None:
        if held := self.pick("payment_intent", number, lambda it: it["status"] == "requires_capture"):
            self._post(f"/v1/payment_intents/{held['id']}/{'capture' if number % 3 else 'cancel'}")

    def subscribes(self, number: int) -> None:
        """What credit the customer has pays for it first."""
        payer, items = self.payers[number % 2], [{"price": self.prices[number % len(self.prices)]}]
        self._post("/v1/subscriptions", customer=payer, items=items, metadata={"uid": self.of[payer]})

    def subscribes_twice(self, number: int) -> None:
        self.subscribes(number)
        self.subscribes(number)

    def a_second_payment_comes_through(self, number: int) -> None:
        if invoice := self.pick("invoice", number):
            self._attempt(self.world.pay_again, invoice["id"], amount=CENTS[number])

    def a_period_is_billed_again(self, number: int) -> None:
        if running := self.pick("subscription", number, lambda it: it["status"] == "active"):
            bill_again(self.world, running["id"])

    def staff_refunds(self, number: int) -> None:
        if charge := self.pick("charge", number):
            self._by_staff(self._post("/v1/refunds", charge=charge["id"], amount=CENTS[number]))

    def staff_adjusts_credit(self, number: int) -> None:
        path = f"/v1/customers/{self.payers[number % 2]}/balance_transactions"
        self._by_staff(self._post(path, amount=(-700, 300, 1500)[number % 3], currency="usd"))

    def the_next_refund_waits(self, number: int) -> None:
        self.world.next_refund("pending" if number % 2 else "requires_action")

    def a_refund_ends(self, number: int) -> None:
        if refund := self.pick("refund", number // 2):
            end = self.world.settle_refund if number == 4 else self.world.fail_refund
            self._attempt(end, refund["id"])

    def a_refund_is_canceled(self, number: int) -> None:
        if refund := self.pick("refund", number, lambda it: it["status"] == "requires_action"):
            self._post(f"/v1/refunds/{refund['id']}/cancel")

    def goes_to_the_bank(self, number: int) -> None:
        if charge := self.pick("charge", number):
            self._attempt(self.world.dispute, charge["id"])

    def the_bank_decides(self, number: int) -> None:
        if dispute := self.pick("dispute", number):
            self._attempt(self.world.dispute_becomes, dispute["id"], DISPUTES[number % len(DISPUTES)])

    def the_bank_warns(self, number: int) -> None:
        if charge := self.pick("charge", number):
            self._attempt(self.world.early_fraud_warning, charge["id"])

    def all(self, kind: str) -> list[Json]:
        """The newest first, so that what is drawn is mostly about what has just happened."""
        return list(self.world.account.store.newest_first(kind))

    def pick(self, kind: str, number: int, fits: Callable[[Json], bool] = lambda _: True) -> Json:
        found = [it for it in self.all(kind) if fits(it)]
        return found[number % len(found)] if found else {}

    def _payer(self, uid: str) -> str:
        made = self._post("/v1/customers", metadata={"uid": uid}, email=f"{uid}@example.com")["id"]
        card = self._post("/v1/payment_methods/pm_card_visa/attach", customer=made)["id"]
        self._post(f"/v1/customers/{made}", invoice_settings={"default_payment_method": card})
        self.of[str(made)] = uid
        return str(made)

    def _pay(self, customer: str, order: str | None, *, held: bool) -> None:
        self._post(
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

    def _by_staff(self, made: Json) -> None:
        if made:
            self.auditor.by_staff.add(made["id"])

    def _post(self, path: str, **given: Any) -> Json:
        told = {name: value for name, value in given.items() if value is not None}
        return self._attempt(self.world.call, "POST", path, **told)

    def _attempt(self, deed: Callable[..., Json], *args: Any, **given: Any) -> Json:
        """A refusal is a fine answer."""
        with suppress(SandboxRefusal):
            return deed(*args, **given)
        return {}


Deed = Callable[[Outside, int], None]
DOUBLES: list[Deed] = [
    Outside.pays_twice,
    Outside.pays_twice,
    Outside.subscribes_twice,
    Outside.a_second_payment_comes_through,
    Outside.a_second_payment_comes_through,
    Outside.a_period_is_billed_again,
]
DEEDS: list[Deed] = [
    *DOUBLES,
    Outside.pays,
    Outside.pays_once_more,
    Outside.ends_a_hold,
    Outside.subscribes,
    Outside.staff_refunds,
    Outside.staff_adjusts_credit,
    Outside.the_next_refund_waits,
    Outside.the_next_refund_waits,
    Outside.a_refund_ends,
    Outside.a_refund_ends,
    Outside.a_refund_is_canceled,
    Outside.goes_to_the_bank,
    Outside.the_bank_decides,
    Outside.the_bank_warns,
]
