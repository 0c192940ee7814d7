"""The payments behind a decision, as Stripe told of them then, in a form that can be put side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.policy.instants import from_epoch
from app.policy.stripe_body import Body, number, part, reference, text

KEPT, EXTRA, CLAIMED, OTHER = "kept", "extra", "claimed", "other"
ORDER = (KEPT, EXTRA, CLAIMED, OTHER)
TELLING = ("verified", "unsettled", "suspected", "disproved")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPayment:
    """`role` is what it is in the proof; without one it is the claimed payment or another. `verdict` is of the pair
    that an other payment makes with the claimed one: a word, and why."""

    charge: str
    role: str
    verdict: tuple[str, str] | None
    amount: int
    refunded: int
    currency: str
    taken_at: datetime | None
    status: str | None
    card: str | None
    invoice: str | None
    subscription: str | None
    order: str | None
    customer: str | None


def seen_payments(stripe: Mapping[str, Any], *, order_key: str) -> tuple[SeenPayment, ...]:
    """The kept one first, then the extra one, and of the others those most like it; nothing where the decision did not
    depend on Stripe's records."""
    verdicts, claimed = part(stripe, "verdicts"), text(stripe.get("charge"))
    roles = _roles(verdicts)
    shown = [
        _payment(
            bodies,
            role=roles.get(name) or (CLAIMED if name == claimed else OTHER),
            verdict=_verdict(part(verdicts, name)),
            order_key=order_key,
        )
        for name, bodies in part(stripe, "payments").items()
    ]
    amount = next((each.amount for each in shown if each.charge == claimed), 0)
    return tuple(sorted(shown, key=lambda each: _place(each, amount)))


def _place(payment: SeenPayment, amount: int) -> tuple[int, int, bool, str]:
    told = TELLING.index(payment.verdict[0]) if payment.verdict else 0
    return ORDER.index(payment.role), told, payment.amount != amount, payment.charge


def _roles(verdicts: Body) -> dict[str, str]:
    proofs = (part(each, "verified") for each in verdicts.values())
    proof: Body = next((each for each in proofs if each), {})
    return {str(proof[role]): role for role in (EXTRA, KEPT) if role in proof}


def _verdict(told: Body) -> tuple[str, str] | None:
    for word, why in told.items():
        return word, str(why["rule"] if isinstance(why, Mapping) else why)
    return None


def _payment(bodies: Body, *, role: str, verdict: tuple[str, str] | None, order_key: str) -> SeenPayment:
    charge, invoice = part(bodies, "charge"), part(bodies, "invoice")
    made = number(charge.get("created"))
    return SeenPayment(
        charge=str(charge.get("id")),
        role=role,
        verdict=verdict,
        amount=number(charge.get("amount_captured")) or number(charge.get("amount")),
        refunded=number(charge.get("amount_refunded")),
        currency=text(charge.get("currency")) or "",
        taken_at=from_epoch(made) if made else None,
        status=text(charge.get("status")),
        card=_card(part(charge, "payment_method_details", "card")),
        invoice=text(invoice.get("number")) or reference(invoice),
        subscription=reference(part(bodies, "subscription")),
        order=_order(bodies, order_key),
        customer=reference(charge.get("customer")),
    )


def _card(card: Body) -> str | None:
    brand, last = text(card.get("brand")), text(card.get("last4"))
    return f"{brand.capitalize()} ···· {last}" if brand and last else None


def _order(bodies: Body, key: str) -> str | None:
    places = (part(bodies, name, "metadata") for name in ("payment_intent", "charge", "invoice"))
    return next((found for place in places if (found := text(place.get(key)))), None)
