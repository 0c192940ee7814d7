"""Pairs of payments in Stripe's shape: one duplicate by each rule, to be changed into what is none."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from app.policy.duplicate import Verdict, verify_duplicate
from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import DuplicateContext, PaymentFacts
from app.policy.duplicate_from_stripe import payment_facts
from tests.policy.billing_bodies import HOUR, NOON, balance_transaction, invoice, subscription

Body = dict[str, Any]
Pair = tuple[PaymentBodies, PaymentBodies]


SINGLE = DuplicateContext(single_payment_orders=True)
ABSENT = object()


def at(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)


def facts(bodies: PaymentBodies) -> PaymentFacts:
    return payment_facts(bodies, uid_key="uid", order_key="order_id")


def verdict_on(pair: Pair, context: DuplicateContext = SINGLE) -> Verdict:
    first, second = facts(pair[0]), facts(pair[1])
    verdict = verify_duplicate(first, second, context=context)
    assert verify_duplicate(second, first, context=context) == verdict, "the order of the two matters"
    return verdict


def but(bodies: PaymentBodies, changes: Mapping[str, Any]) -> PaymentBodies:
    """The same bodies with other values at `charge.amount`, `invoice.lines.data.0.quantity` and the like."""
    plain = {field.name: deepcopy(getattr(bodies, field.name)) for field in fields(bodies)}
    for path, value in changes.items():
        *way, last = path.split(".")
        inside: Any = plain
        for step in way:
            inside = inside[int(step)] if isinstance(inside, list | tuple) else inside[step]
        if value is ABSENT:
            del inside[last]
        else:
            inside[int(last) if isinstance(inside, list) else last] = value
    return replace(bodies, **plain)


def changed(pair: Pair, changes: Mapping[str, Any], *, both: bool = False) -> Pair:
    return (but(pair[0], changes) if both else pair[0]), but(pair[1], changes)


def same_invoice(*, due: int = 2000, paid: tuple[int, int] = (2000, 2000)) -> Pair:
    """Rule A: a second payment was attached to an invoice that the first one had paid."""
    excess = sum(paid) - due
    bill = invoice("in_1", "sub_1") | {"amount_due": due, "amount_paid": sum(paid), "amount_overpaid": excess}
    links = [invoice_payment("in_1", "pi_1", paid[0]), invoice_payment("in_1", "pi_2", paid[1])]
    booked = [balance_transaction(-excess, at=NOON + 60, invoice="in_1")] if excess > 0 else []
    first, second = (
        PaymentBodies(
            charge=charge(number, at=NOON + 60 * (number - 1), amount=paid[number - 1]),
            payment_intent=payment_intent(number),
            invoice_payments=links,
            invoice=bill,
            subscription=subscription("sub_1", "si_1", created=NOON),
            customer=customer(balance=-excess),
            balance_transactions=booked,
        )
        for number in (1, 2)
    )
    return first, second


def same_period() -> Pair:
    """Rule B: two invoices for one period of one subscription item."""
    first, second = (
        PaymentBodies(
            charge=charge(number, at=NOON + 60 * number),
            payment_intent=payment_intent(number),
            invoice_payments=[invoice_payment(f"in_{number}", f"pi_{number}", 2000)],
            invoice=invoice(f"in_{number}", "sub_1"),
            subscription=subscription("sub_1", "si_1", created=NOON),
            customer=customer(),
        )
        for number in (1, 2)
    )
    return first, second


def same_order(order: str = "9001") -> Pair:
    """Rule C: an order was charged again by a request that was repeated without its idempotency key."""
    first, second = (
        PaymentBodies(
            charge=charge(number, at=NOON + 60 * number),
            payment_intent=payment_intent(number, metadata={"order_id": order}),
            customer=customer(),
        )
        for number in (1, 2)
    )
    return first, second


def twins() -> Pair:
    """Rule D: two Checkout sessions for one plan were both paid."""
    first, second = (
        PaymentBodies(
            charge=charge(number, at=NOON + HOUR * number),
            payment_intent=payment_intent(number),
            invoice_payments=[invoice_payment(f"in_{number}", f"pi_{number}", 2000)],
            invoice=invoice(f"in_{number}", f"sub_{number}", item=f"si_{number}", start=NOON + HOUR * number),
            subscription=subscription(f"sub_{number}", f"si_{number}", created=NOON + HOUR * number),
            customer=customer(),
            checkout_session={"id": f"cs_{number}", "status": "complete", "mode": "subscription"},
        )
        for number in (1, 2)
    )
    return first, second


def charge(number: int, *, at: int, amount: int = 2000) -> Body:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "balance_transaction": f"txn_{number}",
        "captured": True,
        "created": at,
        "currency": "usd",
        "customer": "cus_1",
        "disputed": False,
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": f"pi_{number}",
        "payment_method_details": {"card": {"fingerprint": "AOB934RVNwzk6xtn", "last4": "4242"}, "type": "card"},
        "refunded": False,
        "status": "succeeded",
    }


def payment_intent(number: int, metadata: Mapping[str, str] | None = None) -> Body:
    return {
        "id": f"pi_{number}",
        "object": "payment_intent",
        "customer": "cus_1",
        "latest_charge": f"ch_{number}",
        "metadata": dict(metadata or {}),
        "payment_details": {"customer_reference": None, "order_reference": None},
        "status": "succeeded",
    }


def invoice_payment(bill: str, intent: str, amount: int) -> Body:
    return {
        "id": f"inpay_{bill}_{intent}",
        "object": "invoice_payment",
        "amount_paid": amount,
        "invoice": bill,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "paid",
    }


def customer(balance: int = 0) -> Body:
    return {"id": "cus_1", "object": "customer", "balance": balance, "currency": "usd", "metadata": {"uid": "u-1"}}
