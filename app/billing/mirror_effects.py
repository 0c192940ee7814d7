"""Whose access a batch of changes concerns."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from app.billing.mirror_write import Change
from app.db import access_rows, payments
from app.db.engine import Tx
from app.db.payments import PaymentOfInvoice
from app.policy.payment_marks import Marks, PaymentFacts, marks

PAYMENT_KINDS = frozenset({"payment_intent", "charge", "refund", "dispute"})


def subscriptions_touched(tx: Tx, changes: Sequence[Change]) -> set[str]:
    """The subscriptions whose facts these changes, which are written already, may have altered."""
    changed = [change for change in changes if change.latest is not None]
    touched = {change.subscription for change in changed if change.subscription}
    customers = [change.object_id for change in changed if change.kind == "customer" and _names_another_user(change)]
    if customers:
        touched |= access_rows.subscriptions_of_customers(tx, customers)
    return touched | _mark_invoices(tx, _invoices_to_weigh(tx, changed))


def causes_of(changes: Sequence[Change]) -> dict[str, str]:
    """The log entry behind each subscription's news."""
    return {change.subscription: change.latest.id for change in changes if change.subscription and change.latest}


def _names_another_user(change: Change) -> bool:
    before = change.stored.watched[0] if change.stored else None
    return bool(change.columns.get("uid") != before)


def _invoices_to_weigh(tx: Tx, changed: Sequence[Change]) -> set[str]:
    """Those that these payments, refunds and disputes speak of, and those mirrored only now."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    found = {change.object_id for change in changed if change.kind == "invoice" and change.stored is None}
    for change in changed:
        if change.kind == "invoice_payment":
            found.add(change.columns.get("invoice") or "")
        elif change.kind in PAYMENT_KINDS and _matters(change):
            ids[change.kind].append(change.object_id)
    return found | (payments.invoices_touched(tx, ids) if ids else set())


def _matters(change: Change) -> bool:
    """Most payments simply succeed; only those on their way, coming back or newly attached can change an invoice."""
    before = change.stored.watched if change.stored else None
    status = change.columns.get("status")
    match change.kind:
        case "payment_intent":
            return "processing" in (status, before and before[0])
        case "charge":
            came_back = bool(change.columns.get("amount_refunded") or change.columns.get("disputed"))
            return came_back or (before is not None and before[0] not in (None, "0"))
    return before is None or before[0] != status


def _mark_invoices(tx: Tx, invoices: Collection[str]) -> set[str]:
    """Write the marks that differ, and give the subscriptions of those invoices."""
    rows = payments.payments_of(tx, invoices) if invoices else []
    by_invoice = {row.invoice: row for row in rows}
    fresh = {invoice: _marks(row for row in rows if row.invoice == invoice) for invoice in by_invoice}
    differ = {
        invoice: mark
        for invoice, mark in fresh.items()
        if mark != (bool(by_invoice[invoice].payment_processing), bool(by_invoice[invoice].money_gone))
    }
    if differ:
        payments.mark_invoices(tx, differ)
    return {subscription for invoice in differ if (subscription := by_invoice[invoice].subscription)}


def _marks(rows: Iterable[PaymentOfInvoice]) -> Marks:
    return marks(
        PaymentFacts(
            processing=row.intent_status == "processing",
            captured=row.captured,
            refunded=row.refunded,
            dispute_lost=row.disputes_lost > 0,
        )
        for row in rows
    )
