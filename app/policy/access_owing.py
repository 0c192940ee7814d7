"""How long access goes on although the period is not paid yet: as long as the oldest debt allows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from app.policy.access_bill import Bill, BilledPeriod, unpaid_before
from app.policy.access_facts import AccessFacts, ItemFacts
from app.policy.access_subscription import OVERDUE


@dataclass(frozen=True, kw_only=True, slots=True)
class Owing:
    """`patience`: when the customer is late, and when access ends for it; None if no end is in sight.
    `lost`: a period was given up for good, so there is no grace and nothing to ask Stripe about."""

    paid_through: datetime
    patience: tuple[datetime, datetime] | None
    lost: bool


def owing(facts: AccessFacts, item: ItemFacts, period: BilledPeriod, grace: timedelta) -> Owing:
    debts = [period, *unpaid_before(facts, item)]
    overdue = facts.subscription.status in OVERDUE
    patience = [pair for debt in debts if (pair := _patience(debt, grace, overdue=overdue and debt is period))]
    waits, lasts = zip(*patience, strict=True) if patience else ((), ())
    return Owing(
        paid_through=debts[-1].start,
        patience=(min(waits), min(lasts)) if patience else None,
        lost=any(debt.bill is Bill.LOST for debt in debts),
    )


def _patience(debt: BilledPeriod, grace: timedelta, *, overdue: bool) -> tuple[datetime, datetime] | None:
    """Until when a debt is not late, and until when it is tolerated. A draft of an overdue subscription is not about
    to be collected: Stripe leaves it a draft."""
    match debt.bill:
        case Bill.LOST:
            return debt.start, debt.start
        case Bill.OPEN:
            return debt.start, debt.start + grace
        case Bill.DRAFT | Bill.UNSEEN:
            return (debt.start, debt.start + grace) if overdue else None
        case Bill.NOT_DUE:
            due = debt.invoice.due_date if debt.invoice is not None else None
            return None if due is None else (due, due + grace)
        case Bill.PROCESSING | Bill.SETTLED:
            return None
    assert_never(debt.bill)
