"""Follows refunds after they were made: a success may fail days later, a payer may go to the bank all the same."""

from dataclasses import replace

from app.billing import settling, settling_credit
from app.billing.context import Context
from app.billing.settling import SettleReport
from app.db import settlement, settlement_due


def run(context: Context, *, limit: int = 50) -> SettleReport:
    """Carry out what is due, beginning with what the mirror has heard of since it was last looked at."""
    wake(context)
    report = settling.run_due(context, limit=limit)
    return replace(report, credited=settling_credit.book_due(context, limit=limit))


def wake(context: Context) -> int:
    """Make due what has changed at Stripe; how it has changed is then asked there. Returns how many were."""
    with context.db.read() as tx:
        changed = {*settlement_due.with_changed_refund(tx), *settlement_due.with_new_objections(tx)}
    if changed:
        with context.db.write() as tx:
            settlement.make_due(tx, changed, now=context.clock())
    return len(changed)
