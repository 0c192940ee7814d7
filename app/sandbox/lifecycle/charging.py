"""Collecting an invoice: attempts, retries, and the failures between them."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import paying, standing
from app.sandbox.lifecycle.cards import default_method
from app.sandbox.lifecycle.finalizing import default_payment, finalize, intent_of, settle
from app.sandbox.state.plain import Json


def finalize_and_collect(account: Account, invoice: Json) -> None:
    """What Stripe does by itself with a draft whose time has come."""
    sub = standing.subscription_of(account, invoice)
    finalize(account, invoice, sub)
    if invoice["status"] == "paid":
        standing.invoice_paid(account, invoice)
    elif collects_by_itself(invoice):
        collect(account, invoice)
    elif invoice["due_date"] is not None:
        account.at(invoice["due_date"], invoice, partial(_fall_due, account, invoice))


def collects_by_itself(invoice: Json) -> bool:
    return bool(invoice["auto_advance"]) and invoice["collection_method"] == "charge_automatically"


def collect(account: Account, invoice: Json, method: Json | None = None) -> str | None:
    """One attempt; the reason why it failed, or none when the invoice is paid."""
    customer = account.payer(invoice["customer"])
    sub = standing.subscription_of(account, invoice)
    method = method or default_method(account, customer, invoice, sub)
    payment = default_payment(account, invoice)
    if method is None or payment is None:
        failure: str | None = "no_payment_method"
    else:
        failure = paying.attempt(account, intent_of(account, payment), method)
    if failure is None:
        paid(account, invoice)
    else:
        failed(account, invoice)
    return failure


def paid(account: Account, invoice: Json, *, out_of_band: bool = False) -> None:
    settle(account, invoice, out_of_band=out_of_band)
    standing.invoice_paid(account, invoice)


def failed(account: Account, invoice: Json) -> None:
    """The status change comes after the invoice's own events."""
    with account.changing(invoice):
        invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
        invoice["next_payment_attempt"] = _next_attempt(account, invoice)
    account.emit("payment_failed", invoice)
    standing.payment_failed(account, invoice)
    again = invoice["next_payment_attempt"]
    if again is not None:
        account.at(again, invoice, partial(_retry, account, invoice, again))


def _next_attempt(account: Account, invoice: Json) -> int | None:
    if invoice["billing_reason"] == "subscription_create" or not invoice["auto_advance"]:
        return None
    return standing.next_retry(account, invoice)


def _retry(account: Account, invoice: Json, planned: int) -> None:
    if invoice["status"] == "open" and invoice["next_payment_attempt"] == planned:
        collect(account, invoice)


def _fall_due(account: Account, invoice: Json) -> None:
    if invoice["status"] == "open" and invoice["collection_method"] == "send_invoice":
        standing.overdue(account, invoice)
