"""A second opinion on a verified duplicate, from Stripe's bodies and by simpler code than the rules."""

from collections.abc import Iterator
from typing import Any

from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import DuplicateContext
from app.policy.duplicate_verdict import Rule
from app.policy.verified_duplicate import VerifiedDuplicate

Body = dict[str, Any]


def complaints(
    proof: VerifiedDuplicate, kept: PaymentBodies, extra: PaymentBodies, context: DuplicateContext
) -> list[str]:
    found = [f"kept: {what}" for what in _not_good(kept)] + [f"extra: {what}" for what in _not_good(extra)]
    if not 0 < proof.amount <= extra.charge["amount_captured"]:
        found.append("more goes back than came")
    if kept.charge["id"] == extra.charge["id"] or kept.charge["currency"] != extra.charge["currency"]:
        found.append("no pair")
    if kept.charge["livemode"] != extra.charge["livemode"]:
        found.append("one is no money")
    return found + list(_BY_RULE[proof.rule](proof, kept, extra, context))


def _not_good(bodies: PaymentBodies) -> Iterator[str]:
    charge: Any = bodies.charge
    if charge["status"] != "succeeded" or charge["captured"] is not True:
        yield "took no money"
    if charge["amount_refunded"] or any(
        refund["charge"] == charge["id"] and refund["status"] != "failed" for refund in bodies.refunds
    ):
        yield "went back"
    if charge["disputed"] or any(warning["charge"] == charge["id"] for warning in bodies.fraud_warnings):
        yield "is in the bank's hands"


def _same_invoice(proof: Any, kept: Any, extra: Any, context: DuplicateContext) -> Iterator[str]:
    if kept.invoice["id"] != extra.invoice["id"]:
        yield "two invoices"
    if proof.amount > extra.invoice["amount_overpaid"]:
        yield "more than the excess"
    if proof.amount > context.reversed_credit + _credit(extra):
        yield "the customer has less credit than is taken back"
    if proof.credit_to_reverse != proof.amount:
        yield "paid twice"


def _credit(bodies: Any) -> int:
    told = (bodies.customer or {}).get("balance")
    return int(-told if told is not None else -sum(each["amount"] for each in bodies.balance_transactions))


def _same_period(proof: Any, kept: Any, extra: Any, context: DuplicateContext) -> Iterator[str]:
    if proof.amount != extra.charge["amount_captured"]:
        yield "not the whole"
    if _billed(kept) != _billed(extra):
        yield "billed something else"
    if any(each.invoice["amount_overpaid"] or each.invoice["starting_balance"] < 0 for each in (kept, extra)):
        yield "credit is involved"


def _same_order(proof: Any, kept: Any, extra: Any, context: DuplicateContext) -> Iterator[str]:
    if not context.single_payment_orders:
        yield "an order may have several payments"
    payers = {each.charge["customer"] or each.payment_intent["customer"] for each in (kept, extra)}
    if None in payers or len(payers) > 1:
        yield "two customers"
    if kept.payment_intent["metadata"]["order_id"].strip() != extra.payment_intent["metadata"]["order_id"]:
        yield "two orders"
    if kept.charge["amount_captured"] != extra.charge["amount_captured"]:
        yield "two amounts"


def _twins(proof: Any, kept: Any, extra: Any, context: DuplicateContext) -> Iterator[str]:
    one, other = kept.subscription, extra.subscription
    if proof.subscription_to_end != other["id"] or one["id"] == other["id"]:
        yield "the wrong one ends"
    if one["created"] > other["created"]:
        yield "the older one ends"
    if other["created"] - one["created"] > 24 * 3600:
        yield "signed up apart"
    if {one["status"], other["status"]} != {"active"} or (one["metadata"] or {}) != (other["metadata"] or {}):
        yield "two that somebody wanted"


def _billed(bodies: Any) -> list[Any]:
    rows = bodies.invoice["lines"]["data"]
    return [(row["period"], float(row["quantity_decimal"]), row["pricing"]["price_details"]["price"]) for row in rows]


_BY_RULE: dict[Rule, Any] = {
    Rule.A: _same_invoice,
    Rule.B: _same_period,
    Rule.C: _same_order,
    Rule.D: _twins,
}
