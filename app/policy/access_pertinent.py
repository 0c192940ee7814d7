"""Only the invoices that an answer depends on: what is stored for the access API has to stay short."""

from collections.abc import Iterator
from dataclasses import replace

from app.policy.access_bill import Bill, bill_of, billed_period, unpaid_before
from app.policy.access_facts import AccessFacts, InvoiceFacts
from app.policy.access_subscription import OVERDUE


def pertinent(facts: AccessFacts) -> AccessFacts:
    """The same timelines from as few facts as possible."""
    kept = {invoice.invoice: _shortened(invoice) for invoice in _needed(facts)}
    return replace(facts, invoices=tuple(sorted(kept.values(), key=lambda invoice: invoice.created, reverse=True)))


def _needed(facts: AccessFacts) -> Iterator[InvoiceFacts]:
    for item in facts.subscription.items:
        period = billed_period(facts, item)
        earlier = () if period.bill is Bill.SETTLED else unpaid_before(facts, item)
        yield from (billed.invoice for billed in (period, *earlier) if billed.invoice is not None)
    if facts.subscription.status in OVERDUE:  # explains why it is overdue although its period is paid
        owed = (invoice for invoice in facts.invoices if bill_of(invoice) is Bill.OPEN)
        yield from sorted(owed, key=lambda invoice: invoice.created)[-1:]


def _shortened(invoice: InvoiceFacts) -> InvoiceFacts:
    first = invoice.billing_reason == "subscription_create"
    lines = (line for line in invoice.lines if line.item is not None and (first or not line.proration))
    return replace(invoice, lines=tuple(lines))
