"""Stripe's bodies about one payment as the facts by which it is held against another."""

from collections.abc import Sequence
from datetime import datetime

from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import CheckoutFacts, OrderId, OrderSetBy, PaymentFacts
from app.policy.duplicate_from_stripe_billing import invoice_link, paid_invoice, paid_subscription
from app.policy.instants import from_epoch, stripe_instant
from app.policy.stripe_body import Body, listed, number, part, reference, text

_DEAD_REFUNDS = frozenset({"failed", "canceled"})
LEFT_TO_US = frozenset({"won", "warning_closed"})
"""A dispute that ended so has taken no money; each other end has given the customer theirs."""


def payment_facts(
    bodies: PaymentBodies, *, uid_key: str, order_key: str, cleared: frozenset[str] = frozenset()
) -> PaymentFacts:
    """`cleared` are disputes and fraud warnings that an operator has found to be over; a dispute must have ended for
    us besides."""
    charge = bodies.charge
    links = tuple(invoice_link(body) for body in bodies.invoice_payments)
    intent = reference(charge.get("payment_intent")) or reference(bodies.payment_intent)
    own = {intent, reference(charge)} - {None}
    captured = number(charge.get("amount_captured")) if charge.get("captured") is True else 0
    return PaymentFacts(
        charge=reference(charge) or "",
        payment_intent=intent,
        account=bodies.account,
        livemode=charge.get("livemode") is True,
        customer=_payer(charge) or _payer(bodies.payment_intent),
        customer_gone=bool(bodies.customer and bodies.customer.get("deleted")),
        uid=_uid(bodies, uid_key),
        currency=text(charge.get("currency")) or "",
        amount=number(charge.get("amount")),
        captured=captured,
        status=text(charge.get("status")) or "",
        taken_at=_taken_at(bodies),
        refunded=number(charge.get("amount_refunded")),
        live_refund=_has_live_refund(bodies),
        disputed=_is_disputed(bodies, own, cleared),
        fraud_warning=any(reference(row) not in cleared for row in _concerning(bodies.fraud_warnings, own)),
        order=_order(bodies, order_key),
        links=tuple(link for link in links if link.payment in own),
        invoice=paid_invoice(bodies.invoice, bodies, links) if bodies.invoice else None,
        subscription=paid_subscription(bodies.subscription) if bodies.subscription else None,
        checkout=_checkout(bodies.checkout_session),
    )


def _payer(body: Body | None) -> str | None:
    return (reference(body.get("customer")) or reference(body.get("customer_account"))) if body else None


def _uid(bodies: PaymentBodies, key: str) -> str | None:
    """As everywhere: the subscription's, else the customer's, else that of the Checkout session that made it."""
    marked = (
        part(bodies.subscription, "metadata").get(key),
        part(bodies.customer, "metadata").get(key),
        (bodies.checkout_session or {}).get("client_reference_id"),
        part(bodies.payment_intent, "metadata").get(key),
        part(bodies.charge, "metadata").get(key),
    )
    return next((uid for value in marked if (uid := text(value))), None)


def _taken_at(bodies: PaymentBodies) -> datetime:
    """A hold's money is taken when it is captured, which only the balance transaction tells."""
    seen = (
        stripe_instant(bodies.charge.get("created")),
        stripe_instant(part(bodies.charge, "balance_transaction").get("created")),
        bodies.taken_at,
    )
    return max((instant for instant in seen if instant), default=from_epoch(0))


def _has_live_refund(bodies: PaymentBodies) -> bool:
    refunds = (*bodies.refunds, *listed(bodies.charge.get("refunds")))
    own = reference(bodies.charge)
    return any(
        reference(each.get("charge")) in (own, None) and each.get("status") not in _DEAD_REFUNDS for each in refunds
    )


def _is_disputed(bodies: PaymentBodies, own: set[str | None], cleared: frozenset[str]) -> bool:
    disputes = _concerning(bodies.disputes, own)
    if not disputes:
        return bodies.charge.get("disputed") is True
    return not all(reference(row) in cleared and row.get("status") in LEFT_TO_US for row in disputes)


def _concerning(rows: Sequence[Body], own: set[str | None]) -> list[Body]:
    return [row for row in rows if {reference(row.get("charge")), reference(row.get("payment_intent"))} & own]


def _order(bodies: PaymentBodies, key: str) -> OrderId | None:
    """What the host wrote in its own key, else Stripe's reference, of which nobody knows who wrote it."""
    written = (bodies.payment_intent, bodies.charge, bodies.checkout_session)
    for body in written:
        if value := text(part(body, "metadata").get(key)):
            return OrderId(value=value, set_by=OrderSetBy.MERCHANT)
    for body in (bodies.payment_intent, bodies.charge):
        if value := text(part(body, "payment_details").get("order_reference")):
            return OrderId(value=value, set_by=OrderSetBy.STRIPE)
    return None


def _checkout(session: Body | None) -> CheckoutFacts | None:
    if session is None:
        return None
    return CheckoutFacts(
        complete=session.get("status") != "open", for_subscription=session.get("mode") == "subscription"
    )
