"""An operator allows a refund of one charge that a person will make in Stripe's dashboard (2.1, the last resort)."""

from datetime import timedelta

from app.billing.context import Context
from app.billing.refund_exceptions import ExceptionRequest, record_exception
from app.db import refund_exception
from app.db.charge_owner import OwnedCharge, charge_with_owner
from app.db.refund_exception import Allowed
from app.errors import BadException, StripeMissing

DAY = timedelta(days=1)


def allow_refund(context: Context, charge: str, *, max_amount: int, days: int, operator: str, why: str) -> str:
    """The id of the exception. No money moves.

    Raises:
        StripeMissing: the mirror has no such charge.
        BadException: it says what is missing or too much.
    """
    with context.db.read() as tx:
        seen = charge_with_owner(tx, charge)
    if seen is None:
        raise StripeMissing(f"The mirror has no charge {charge}.")
    if max_amount > left_of(seen):
        raise BadException(f"At most {left_of(seen)} is left of the charge, in the currency's smallest unit.")
    return record_exception(
        context,
        ExceptionRequest(
            charge=charge,
            payment_intent=None,
            max_amount=max_amount,
            currency=seen.currency or "",
            actor=operator,
            reason=why,
            lasts=DAY * min(max(days, 0), 366),
        ),
    )


def exceptions_for(context: Context, charge: OwnedCharge) -> list[Allowed]:
    """The newest first, however they name it."""
    with context.db.read() as tx:
        return refund_exception.exceptions_about(tx, charge.charge, charge.payment_intent)


def left_of(charge: OwnedCharge) -> int:
    return charge.amount - charge.amount_refunded if charge.took_money else 0
