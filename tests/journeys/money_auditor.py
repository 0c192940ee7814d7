"""A second opinion on every cent that went back, by simpler code than the product's and from Stripe's world alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.world import World

Json = dict[str, Any]
DEAD = ("failed", "canceled")
HARMLESS = ("won", "warning_closed", "prevented")
DAY = 24 * 3600


@dataclass
class Auditor:
    """`by_staff` are refunds and credit changes that were made in the dashboard; all others are the product's."""

    world: World
    by_staff: set[str] = field(default_factory=set)
    _judged: set[str] = field(default_factory=set)
    _alone: set[str] = field(default_factory=set)  # refunds of what was then no second payment of an invoice

    def after_a_step(self) -> None:
        for refund in self.ours("refund"):
            if refund["id"] not in self._judged:
                self._judged.add(refund["id"])
                self._judge_new(refund)
        live = [refund for refund in self.ours("refund") if refund["status"] not in DEAD]
        twice = [charge for charge, count in Counter(it["charge"] for it in live).items() if count > 1]
        assert not twice, f"two live refunds of one charge: {twice}"
        self._check_sums(live)
        for invoice, net in self._reversed().items():
            booked, back = self._booked(invoice), self._back_for(invoice, live)
            assert net <= booked, f"{invoice}: credit of {booked} was reversed by {net}"
            assert net >= back, f"{invoice}: {back} went back, and only {net} of its credit was reversed"

    def at_rest(self) -> None:
        self.after_a_step()
        live = [refund for refund in self.ours("refund") if refund["status"] not in DEAD]
        for invoice, net in self._reversed().items():
            back = self._back_for(invoice, live)
            assert net == back, f"{invoice}: credit of {net} was reversed for refunds of {back}"

    def ours(self, kind: str) -> list[Json]:
        found = [it for it in self._all(kind) if it["id"] not in self.by_staff]
        if kind == "refund":
            return [it for it in found if self._need("charge", it["charge"])["captured"]]
        return [it for it in found if it["type"] == "adjustment"]

    def _judge_new(self, refund: Json) -> None:
        charge = self._need("charge", refund["charge"])
        invoice = self._invoice_of(charge["id"])
        if invoice is None or self._paid_by(invoice) == [charge["id"]]:
            self._alone.add(refund["id"])
        partners = self._partners(charge)
        assert partners, f"{charge['id']} was refunded and is no duplicate of anything"
        good = [other for other in partners if self._is_good(other)]
        assert good, f"{charge['id']} was refunded and no good payment of it stays: {[it['id'] for it in partners]}"
        assert refund["amount"] <= charge["amount_captured"]
        assert not self._is_contested(charge), f"{charge['id']} was refunded although the bank has it in hand"

    def _check_sums(self, live: list[Json]) -> None:
        """Never more than the verified extras, and never all payments of a transaction."""
        for refund in live:
            charge = refund["charge"]
            invoice = self._invoice_of(charge)
            if invoice and refund["id"] not in self._alone:
                over = self._need("invoice", invoice)["amount_overpaid"]
                assert self._back_for(invoice, live) <= over, f"more than the {over} that {invoice} was overpaid"
                continue
            group = {charge, *(it["id"] for it in self._partners(self._need("charge", charge)))}
            refunded = {it["charge"] for it in live} & group
            assert len(refunded) < len(group), f"no payment of {group} stays"

    def _partners(self, charge: Json) -> list[Json]:
        """Payments for the very same thing: one invoice, one period, one order, or a sign-up made twice."""
        others = [it for it in self._all("charge") if it["id"] != charge["id"] and it["status"] == "succeeded"]
        return [other for other in others if other["captured"] and self._is_same_thing(charge, other)]

    def _is_same_thing(self, one: Json, other: Json) -> bool:
        first, second = self._invoice_of(one["id"]), self._invoice_of(other["id"])
        if first and second:
            return first == second or self._is_same_bill(first, second)
        orders = {self._need("payment_intent", it["payment_intent"])["metadata"].get("order_id") for it in (one, other)}
        same_payer = one["customer"] == other["customer"] and one["amount_captured"] == other["amount_captured"]
        return first == second and len(orders) == 1 and None not in orders and same_payer

    def _is_same_bill(self, first: str, second: str) -> bool:
        """One period of one subscription billed twice, or one sign-up made twice within a day."""
        one, other = (self._need("invoice", invoice) for invoice in (first, second))
        subs = [self._need("subscription", _subscription_of(invoice)) for invoice in (one, other)]
        if _prices(one) != _prices(other):
            return False
        if subs[0] is subs[1]:
            return _periods(one) == _periods(other)
        uids = {sub["metadata"].get("uid") for sub in subs}
        return len(uids) == 1 and abs(subs[0]["created"] - subs[1]["created"]) <= DAY

    def _is_good(self, charge: Json) -> bool:
        went_back = any(it["charge"] == charge["id"] and it["status"] not in DEAD for it in self._all("refund"))
        return charge["amount_captured"] > 0 and not went_back and not self._is_contested(charge)

    def _is_contested(self, charge: Json) -> bool:
        return any(it["charge"] == charge["id"] and it["status"] not in HARMLESS for it in self._all("dispute"))

    def _reversed(self) -> dict[str, int]:
        net: dict[str, int] = defaultdict(int)
        for change in self.ours("customer_balance_transaction"):
            net[change["metadata"]["paidthrough_invoice"]] += change["amount"]
        return net

    def _booked(self, invoice: str) -> int:
        changes = self._all("customer_balance_transaction")
        return -sum(
            int(it["amount"]) for it in changes if it["type"] == "invoice_overpaid" and it["invoice"] == invoice
        )

    def _back_for(self, invoice: str, live: list[Json]) -> int:
        """As the extra of an invoice that was overpaid."""
        extras = [it for it in live if it["id"] not in self._alone]
        return sum(it["amount"] for it in extras if self._invoice_of(it["charge"]) == invoice)

    def _invoice_of(self, charge: str) -> str | None:
        intent = self._need("charge", charge)["payment_intent"]
        paid = (it for it in self._all("invoice_payment") if it["status"] == "paid")
        return next((it["invoice"] for it in paid if it["payment"]["payment_intent"] == intent), None)

    def _paid_by(self, invoice: str) -> list[str]:
        return [it["id"] for it in self._all("charge") if it["captured"] and self._invoice_of(it["id"]) == invoice]

    def _need(self, kind: str, object_id: str) -> Json:
        found = self.world.account.store.find(object_id)
        assert found is not None, f"no {kind} {object_id}"
        return found

    def _all(self, kind: str) -> Iterator[Json]:
        return iter(list(self.world.account.store.all(kind)))


def _subscription_of(invoice: Json) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def _prices(invoice: Json) -> list[Any]:
    return [(line["pricing"]["price_details"]["price"], line["quantity"]) for line in invoice["lines"]["data"]]


def _periods(invoice: Json) -> list[Any]:
    return [line["period"] for line in invoice["lines"]["data"]]
