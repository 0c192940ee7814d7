"""Whose access a batch of changes concerns."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from app.billing.access_projection import Source, ask_sources
from app.billing.mirror_write import Change
from app.db import access_rows, payments
from app.db.engine import Tx
from app.db.payments import PaymentOfInvoice
from app.db.prepared import one_trip
from app.policy.payment_marks import Marks, PaymentFacts, marks


def ask_effects(tx: Tx, changes: Sequence[Change]) -> Callable[[], list[Source]]:
    """The facts of the subscriptions that these changes, written in the same trip, concern, once it is over.

    Subscriptions are locked once in a transaction and all together: with a second set two batches could each wait for
    what the other holds. So where others may come to those that are named, all of them are asked for in a trip more.
    """
    changed = [change for change in changes if change.latest is not None]
    named = {change.subscription for change in changed if change.subscription}
    ask_others = _ask_others(tx, changed)
    if ask_others is None:
        return ask_sources(tx, named) if named else list
    return lambda: _sources(tx, named | ask_others())


def causes_of(changes: Sequence[Change]) -> dict[str, str]:
    """The log entry behind each subscription's news."""
    return {change.subscription: change.latest.id for change in changes if change.subscription and change.latest}


def _sources(tx: Tx, subscriptions: set[str]) -> list[Source]:
    if not subscriptions:
        return []
    with one_trip(tx):
        ask = ask_sources(tx, subscriptions)
    return ask()


def _ask_others(tx: Tx, changed: Sequence[Change]) -> Callable[[], set[str]] | None:
    """Those that a payer's new name or the state of a payment concerns; invoices are marked on the way.

    None if nothing can add any.
    """
    customers = [change.object_id for change in changed if change.kind == "customer" and _names_another_user(change)]
    invoices, ids = _to_weigh(changed)
    if not (customers or invoices or ids):
        return None
    of_customers = access_rows.ask_subscriptions_of_customers(tx, customers) if customers else set
    paid = payments.ask_payments(tx, invoices) if invoices else list
    more = payments.ask_invoices_touched(tx, ids) if ids else set

    def read() -> set[str]:
        others = more() - invoices
        rows = paid() + (payments.ask_payments(tx, others)() if others else [])
        return of_customers() | _mark_invoices(tx, rows)

    return read


def _names_another_user(change: Change) -> bool:
    before = change.stored.watched[0] if change.stored else None
    return bool(change.columns.get("uid") != before)


def _to_weigh(changed: Sequence[Change]) -> tuple[set[str], dict[str, list[str]]]:
    """Invoices that are mirrored or paid only now, and payments, refunds and disputes whose invoices are not known."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    found = {change.object_id for change in changed if change.kind == "invoice" and change.stored is None}
    for change in changed:
        if change.kind == "invoice_payment":
            found.add(change.columns.get("invoice") or "")
        elif change.kind in payments.PAYMENT_KINDS and _matters(change):
            ids[change.kind].append(change.object_id)
    return found, ids


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


def _mark_invoices(tx: Tx, rows: Sequence[PaymentOfInvoice]) -> set[str]:
    """Write the marks that differ, and give the subscriptions of those invoices."""
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
