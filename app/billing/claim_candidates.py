"""What a customer can claim about: their own recent charges, those that look doubled, and until when each counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.billing.context import Context
from app.db.charge_owner import OwnedCharge, charges_since
from app.policy.claim_window import WINDOW, claim_deadline
from app.policy.instants import from_epoch

RECENT = timedelta(days=35)
"""A month's period and some days: the last renewal is among them."""

MOST = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimCandidate:
    """`looks_doubled` is a look, never a proof; of such charges the deadline counts from the last one."""

    charge: str
    amount: int
    currency: str
    taken_at: datetime
    deadline: datetime
    in_time: bool
    looks_doubled: bool
    refunded: int
    order_number: str
    invoice: str | None
    subscription: str | None


def recent_charges(context: Context, uid: str) -> tuple[ClaimCandidate, ...]:
    """The latest first; only those that took money."""
    now = context.clock()
    with context.db.read() as tx:
        found = charges_since(tx, uid, since=int((now - RECENT).timestamp()), limit=MOST)
    taken = [charge for charge in found if charge.took_money]
    return tuple(_candidate(charge, _alike(charge, taken), now) for charge in taken)


def _alike(charge: OwnedCharge, others: Sequence[OwnedCharge]) -> list[OwnedCharge]:
    """The same amount within a day of each other: what a customer would take for a duplicate."""
    return [
        other
        for other in others
        if other.charge != charge.charge
        and (other.amount, other.currency) == (charge.amount, charge.currency)
        and abs(other.created - charge.created) <= WINDOW.total_seconds()
        and not (charge.amount_refunded or other.amount_refunded)
    ]


def _candidate(charge: OwnedCharge, alike: Sequence[OwnedCharge], now: datetime) -> ClaimCandidate:
    deadline = claim_deadline(from_epoch(max(each.created for each in (charge, *alike))))
    return ClaimCandidate(
        charge=charge.charge,
        amount=charge.amount,
        currency=charge.currency or "",
        taken_at=from_epoch(charge.created),
        deadline=deadline,
        in_time=now <= deadline,
        looks_doubled=bool(alike),
        refunded=charge.amount_refunded,
        order_number=charge.invoice_number or charge.order_id or charge.receipt_number or charge.charge,
        invoice=charge.invoice,
        subscription=charge.subscription,
    )
