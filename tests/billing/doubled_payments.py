"""Payments that were made twice at the sandbox, in each of the ways that can be proven."""

from dataclasses import dataclass
from typing import Any

from tests.billing.claim_stage import Claims

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """The charge that is kept and the one that is refunded; `customer` and `thing` are what they are about."""

    kept: str
    extra: str
    customer: str
    thing: str


@dataclass(frozen=True, kw_only=True)
class Doubled:
    claims: Claims

    @property
    def stage(self) -> Any:
        return self.claims.stage

    @property
    def world(self) -> Any:
        return self.claims.stage.world

    def same_order(self) -> Pair:
        """Rule C."""
        kept, extra = self.claims.pay_twice(order=f"order-{len(self.claims.charges())}")
        return Pair(kept, extra, self.charge(extra)["customer"], "")

    def three_of_an_order(self) -> list[Pair]:
        """Rule C, thrice: the first is kept for both others."""
        first = self.same_order()
        order = self.world.call("GET", f"/v1/charges/{first.extra}")["metadata"]["order_id"]
        self.stage.advance(minutes=2)
        third = self.claims.pay(order=order, customer=first.customer)
        return [first, Pair(first.kept, third, first.customer, "")]

    def overpaid(self) -> Pair:
        """Rule A: an invoice of 2000 is paid twice, and the second payment became the customer's credit."""
        subscription = self.stage.subscribe(f"user-{len(self.world.events)}")
        found = self.world.call("GET", f"/v1/subscriptions/{subscription}")
        (kept,) = self.world.call("GET", "/v1/charges", customer=found["customer"])["data"]
        self.stage.advance(minutes=5)
        extra = self.world.pay_again(found["latest_invoice"])["latest_charge"]
        self.stage.deliver()
        return Pair(kept["id"], extra, found["customer"], found["latest_invoice"])

    def same_period(self) -> Pair:
        """Rule B: one period of one subscription was billed by two invoices, and both were paid."""
        found = self.world.call("GET", f"/v1/subscriptions/{self.stage.subscribe(f'user-{len(self.world.events)}')}")
        customer, invoice = found["customer"], found["latest_invoice"]
        (kept,) = self.world.call("GET", "/v1/charges", customer=customer)["data"]
        (payment,) = self.world.call("GET", "/v1/invoice_payments", invoice=invoice)["data"]
        self.stage.advance(minutes=5)
        extra = self.claims.pay(amount=kept["amount"], customer=customer)
        intent = self.charge(extra)["payment_intent"]
        with self.world.by_hand() as account:
            second = {**account.store.find(invoice), "id": f"{invoice}_again"}
            paid_by = payment["payment"] | {"payment_intent": intent}
            account.add(second, customer, found["id"])
            account.add(
                payment | {"id": f"{payment['id']}_again", "invoice": second["id"], "payment": paid_by},
                second["id"],
                intent,
            )
        self.stage.deliver()
        return Pair(kept["id"], extra, customer, second["id"])

    def twins(self) -> Pair:
        """Rule D: signed up twice within minutes."""
        uid, price = f"user-{len(self.world.events)}", self.stage.price("Studio")
        first = self.stage.subscribe(uid, price)
        self.stage.advance(minutes=5)
        second = self.stage.subscribe(uid, price)
        kept, extra = (self._charge_of(subscription) for subscription in (first, second))
        return Pair(kept, extra, self.charge(extra)["customer"], second)

    def charge(self, charge: str) -> Json:
        found: Json = self.world.call("GET", f"/v1/charges/{charge}")
        return found

    def _charge_of(self, subscription: str) -> str:
        customer = self.world.call("GET", f"/v1/subscriptions/{subscription}")["customer"]
        return str(self.world.call("GET", "/v1/charges", customer=customer)["data"][0]["id"])
