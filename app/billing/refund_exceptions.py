"""An operator allows one refund outside of our calls before it is made: the last resort of 2.1, by a person."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from app.billing.context import Context
from app.db import refund_exception
from app.db.refund_exception import Allowed, RefundException
from app.errors import BadException

LONGEST = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExceptionRequest:
    """Of which payment at most how much, in minor units; who allows it, why, and how long."""

    charge: str | None
    payment_intent: str | None
    max_amount: int
    currency: str
    actor: str
    reason: str
    lasts: timedelta


def record_exception(context: Context, wanted: ExceptionRequest) -> str:
    """The id of the exception.

    Raises:
        BadException: it says what is missing or too much.
    """
    if why := _why_not(wanted):
        raise BadException(why)
    now, name = context.clock(), f"exception_{uuid4().hex}"
    row = RefundException(
        id=name,
        charge=wanted.charge,
        payment_intent=wanted.payment_intent,
        max_amount=wanted.max_amount,
        currency=wanted.currency.lower(),
        actor=wanted.actor,
        reason=wanted.reason,
        recorded_at=now,
        expires_at=now + wanted.lasts,
    )
    with context.db.write() as tx:
        refund_exception.record(tx, row)
    return name


def exceptions(context: Context) -> list[Allowed]:
    """All that were recorded, the newest first."""
    with context.db.read() as tx:
        return refund_exception.exceptions(tx)


def _why_not(wanted: ExceptionRequest) -> str | None:
    if bool(wanted.charge) == bool(wanted.payment_intent):
        return "Name a charge or a payment intent, one of them."
    paid = wanted.charge or wanted.payment_intent or ""
    if not paid.startswith(("ch_", "py_") if wanted.charge else "pi_"):
        return "A charge's id begins with ch_ or py_, a payment intent's with pi_."
    if wanted.max_amount <= 0:
        return "The amount must be above zero, in the currency's smallest unit."
    if len(wanted.currency) != 3 or not wanted.currency.isalpha():
        return "The currency is a code of three letters."
    if not wanted.actor.strip() or not wanted.reason.strip():
        return "Say who allows it, and why."
    if not timedelta(0) < wanted.lasts <= LONGEST:
        return f"It lasts for at most {LONGEST.days} days."
    return None
