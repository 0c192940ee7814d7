"""A subscription begins: its items, its first periods, its first invoice and the first attempt to collect it."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import renewal
from app.sandbox.lifecycle.attaching import attach
from app.sandbox.lifecycle.calendar import HOUR, next_boundary
from app.sandbox.lifecycle.cards import decline_of, default_method
from app.sandbox.lifecycle.charging import collect, paid
from app.sandbox.lifecycle.finalizing import finalize, void
from app.sandbox.lifecycle.invoicing import draft, item_line
from app.sandbox.lifecycle.standing import invoice_paid
from app.sandbox.state.plain import Json

_FIRST_PAYMENT = 23 * HOUR


def begin(account: Account, sub: Json, *, collect_now: bool, paid_by: Json | None = None) -> None:
    """`collect_now` is false where the first payment is left to the customer; `paid_by` has paid already."""
    set_first_periods(sub)
    _set_currency(account, sub)
    account.store.add(sub, [sub["customer"]])
    invoice = _first_invoice(account, sub)
    sub["latest_invoice"] = invoice["id"]
    sent = sub["collection_method"] == "send_invoice"
    if sub["trial_end"] is not None:
        sub["status"] = "trialing"
    elif sent or invoice["amount_due"] == 0 or (collect_now and _pays_at_once(account, sub, paid_by)):
        sub["status"] = "active"
    account.emit("created", sub)
    account.emit("created", invoice)
    if sent and invoice["amount_due"]:
        renewal.let_finalize(account, invoice)
    else:
        _finalize_first(account, sub, invoice, collect_now=collect_now, paid_by=paid_by)
    renewal.plan(account, sub)


def _pays_at_once(account: Account, sub: Json, paid_by: Json | None) -> bool:
    if account.variants.signup_starts_incomplete:
        return False
    if paid_by is not None:
        return True
    card = default_method(account, account.payer(sub["customer"]), sub)
    return card is not None and decline_of(account, card) is None


def set_first_periods(sub: Json) -> None:
    start = sub["start_date"]
    for item in sub["items"]["data"]:
        item["current_period_start"] = start
        if sub["trial_end"] is not None:
            item["current_period_end"] = sub["trial_end"]
        else:
            anchor = sub["billing_cycle_anchor"]
            item["current_period_end"] = next_boundary(anchor, item["price"]["recurring"], start)


def _first_invoice(account: Account, sub: Json) -> Json:
    trial = sub["trial_end"] is not None
    lines = [item_line(account, sub, it, amount=0 if trial else None) for it in sub["items"]["data"]]
    period = {"start": sub["start_date"], "end": sub["start_date"]}
    return draft(account, sub, reason="subscription_create", lines=lines, period=period)


def _finalize_first(account: Account, sub: Json, invoice: Json, *, collect_now: bool, paid_by: Json | None) -> None:
    finalize(account, invoice, sub, paid_by=paid_by)
    if invoice["status"] == "paid":
        invoice_paid(account, invoice)
    else:
        account.at(account.now(sub) + _FIRST_PAYMENT, sub, partial(_expire, account, sub))
    if paid_by is not None:
        _take(account, invoice, paid_by)
    elif collect_now and invoice["status"] == "open":
        collect(account, invoice)


def _take(account: Account, invoice: Json, intent: Json) -> None:
    """The customer's balance may have changed since it was paid; then the payment is too much or too little."""
    if account.store.of("invoice_payment", intent["id"]):
        paid(account, invoice)
    else:
        attach(account, invoice, intent)


def _set_currency(account: Account, sub: Json) -> None:
    customer = account.payer(sub["customer"])
    with account.changing(customer):
        customer["currency"] = sub["currency"]


def _expire(account: Account, sub: Json) -> None:
    """The first invoice has stayed unpaid for 23 hours: there is no way back."""
    if sub["status"] != "incomplete":
        return
    with account.changing(sub):
        sub |= {"status": "incomplete_expired", "ended_at": account.now(sub)}
    invoice = account.need("invoice", sub["latest_invoice"])
    if invoice["status"] == "open":
        void(account, invoice)
