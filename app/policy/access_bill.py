"""Is an item's current period paid for? The invoice that bills it says so; its dates alone prove nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from app.policy.access_facts import AccessFacts, InvoiceFacts, ItemFacts, LineFacts


class Bill(StrEnum):
    """Where the invoice of a period stands."""

    SETTLED = auto()  # paid in any way, nothing was due, or given away by a pause of collection
    UNSEEN = auto()
    DRAFT = auto()
    PROCESSING = auto()
    NOT_DUE = auto()  # sent to the customer, before its due date
    OPEN = auto()
    LOST = auto()  # uncollectible, void, or its money left


@dataclass(frozen=True, kw_only=True, slots=True)
class BilledPeriod:
    start: datetime
    bill: Bill
    invoice: InvoiceFacts | None = None


def billed_period(facts: AccessFacts, item: ItemFacts) -> BilledPeriod:
    """The current period of an item with its invoice: the newest that bills it, a void one only for want of others."""
    bills = [(nearness, invoice) for invoice in facts.invoices if (nearness := _nearness(invoice, item))]
    if bills:
        _, best = bills[0] if len(bills) == 1 else max(bills, key=lambda bill: (bill[0], *_seniority(bill[1])))
        return BilledPeriod(start=item.period_start, bill=bill_of(best), invoice=best)
    nothing_due = facts.subscription.latest_invoice is None
    return BilledPeriod(start=item.period_start, bill=Bill.SETTLED if nothing_due else Bill.UNSEEN)


def unpaid_before(facts: AccessFacts, item: ItemFacts) -> Iterator[BilledPeriod]:
    """The unpaid periods right before the current one, newest first: a renewal does not make debts good."""
    start = item.period_start
    while (before := _period_before(facts, item, start)) is not None:
        newest = max(_invoices_from(facts, item, before), key=_seniority, default=None)
        if newest is None or bill_of(newest) is Bill.SETTLED:
            return
        yield BilledPeriod(start=before, bill=bill_of(newest), invoice=newest)
        start = before


def bill_of(invoice: InvoiceFacts) -> Bill:
    match invoice.status:
        case "paid":
            return Bill.LOST if invoice.money_left_back else Bill.SETTLED
        case "void":
            return Bill.LOST
        case "uncollectible":
            return Bill.SETTLED if _given_away(invoice) else Bill.LOST
        case "open" | "draft" if invoice.payment_processing:
            return Bill.PROCESSING
        case "open":
            to_be_sent = invoice.collection_method == "send_invoice" and invoice.due_date is not None
            return Bill.NOT_DUE if to_be_sent else Bill.OPEN
    return Bill.DRAFT  # also a status that we do not know: nothing says that a payment failed


def _given_away(invoice: InvoiceFacts) -> bool:
    """Marked uncollectible by a pause of collection, nobody ever tried to collect it: the service was a gift."""
    untried = not invoice.attempted and invoice.collection_method == "charge_automatically"
    return untried and invoice.uncollectible_reason in (None, "subscription_paused")


def _seniority(invoice: InvoiceFacts) -> tuple[object, ...]:
    return (invoice.status != "void", invoice.created, bill_of(invoice) is Bill.SETTLED, invoice.invoice)


def _nearness(invoice: InvoiceFacts, item: ItemFacts) -> int:
    """3: bills this item from within its period; 2: another item's period that began with it (an item added or
    swapped in mid-period has only proration lines of its own); 1: billed ahead by a longer line; 0: another period."""
    nearest = 0
    for line in _period_lines(invoice):
        start = _bills_from(invoice, line, item)
        if line.item == item.item and item.period_start <= start < item.period_end:
            return 3
        if line.item != item.item and line.start == item.period_start and invoice.created < item.period_end:
            nearest = 2
        elif line.item == item.item and line.start < item.period_start and line.end >= item.period_end:
            nearest = max(nearest, 1)
    return nearest


def _period_lines(invoice: InvoiceFacts) -> Iterator[LineFacts]:
    """Lines that bill a period. Prorations do not, but for those of a first invoice: a short first period."""
    first = invoice.billing_reason == "subscription_create"
    if invoice.billing_reason == "upcoming":
        return iter(())
    return (line for line in invoice.lines if line.item is not None and (first or not line.proration))


def _bills_from(invoice: InvoiceFacts, line: LineFacts, item: ItemFacts) -> datetime:
    """The start of the period that a line of the item stands for. Usage is billed afterwards, by the invoice of the
    next period's start."""
    return line.end if item.metered and invoice.created >= line.end else line.start


def _period_before(facts: AccessFacts, item: ItemFacts, start: datetime) -> datetime | None:
    lines = (line for invoice in facts.invoices for line in _period_lines(invoice) if line.item == item.item)
    return max((line.start for line in lines if line.end == start and line.start < start), default=None)


def _invoices_from(facts: AccessFacts, item: ItemFacts, start: datetime) -> Iterator[InvoiceFacts]:
    for invoice in facts.invoices:
        for line in _period_lines(invoice):
            if line.item == item.item and _bills_from(invoice, line, item) == start:
                yield invoice
                break
