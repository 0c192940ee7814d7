"""Credits to a customer's balance: Stripe's own book-keeping, ours, or given by somebody (3.2)."""

from collections.abc import Sequence
from typing import Any

from app.billing.context import Context
from app.billing.out_of_policy_finding import Finding, number, some, text, told_by
from app.db import our_acts
from app.db.engine import Tx
from app.db.money_evidence import Told, body_of, events_about
from app.db.money_sighting import Sighting
from app.db.our_acts import Act
from app.errors import StripeMissing
from app.policy.money_matters import invoice_lines
from app.stripe_gateway import payments

BOOK_KEEPING = frozenset(
    {
        "invoice_overpaid",
        "invoice_too_large",
        "invoice_too_small",
        "migration",
        "unapplied_from_invoice",
        "unspent_receiver_credit",
    }
)
JUDGED_ITSELF = "credit_note"
SLACK = 300  # seconds between a change of the balance and its event


def balance_transactions(context: Context, customer: str) -> Sequence[dict[str, Any]]:
    """What Stripe says now; nothing of a customer who is gone."""
    try:
        return payments.balance_transactions_of(context.stripe, customer)
    except StripeMissing:
        return ()


def balance_findings(
    tx: Tx, customer: str, sightings: Sequence[Sighting], transactions: Sequence[dict[str, Any]]
) -> Sequence[Finding]:
    since = min(each.created for each in sightings) - SLACK
    return [_finding(tx, customer, each) for each in transactions if _is_gift(tx, customer, each, since)]


def _is_gift(tx: Tx, customer: str, transaction: dict[str, Any], since: int) -> bool:
    amount, kind = number(transaction, "amount") or 0, text(transaction, "type")
    old = (number(transaction, "created") or 0) < since
    if old or amount >= 0 or kind in BOOK_KEEPING or kind == JUDGED_ITSELF:
        return False
    if _is_ours(tx, customer, transaction):
        return False
    invoice = text(transaction, "invoice")
    # A negative invoice for a change of plan is judged by its lines.
    return not (invoice and any(line.proration for line in invoice_lines(body_of(tx, "invoice", invoice))))


def _is_ours(tx: Tx, customer: str, transaction: dict[str, Any]) -> bool:
    keys = frozenset(it.request_key for it in _changes(tx, customer, transaction) if it.request_key)
    act = Act(transaction["id"], -(number(transaction, "amount") or 0), keys)
    return our_acts.is_our_credit(tx, act, customer=customer)


def _changes(tx: Tx, customer: str, transaction: dict[str, Any]) -> list[Told]:
    made = number(transaction, "created") or 0
    return [it for it in events_about(tx, customer) if it.type == "customer.updated" and it.created >= made]


def _finding(tx: Tx, customer: str, transaction: dict[str, Any]) -> Finding:
    return Finding(
        kind="balance_credit",
        matter=f"balance:{transaction['id']}",
        object_id=transaction["id"],
        customer=customer,
        amount=-(number(transaction, "amount") or 0),
        currency=text(transaction, "currency"),
        happened_at=number(transaction, "created") or 0,
        facts=some(transaction, "type", "description", "invoice", "credit_note", "ending_balance", "metadata"),
        **told_by(_changes(tx, customer, transaction)),
    )
