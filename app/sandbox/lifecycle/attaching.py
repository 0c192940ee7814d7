"""More than one payment for one invoice: parts of it, or twice the same; what is too much becomes credit."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import customer_balance, standing
from app.sandbox.lifecycle.finalizing import default_payment, intent_of, settle
from app.sandbox.shapes.invoice_item import invoice_payment
from app.sandbox.state.plain import Json


def attach(account: Account, invoice: Json, intent: Json) -> None:
    """A payment that has succeeded already counts at once."""
    now = account.now(invoice)
    payment = invoice_payment(account, invoice, intent, now=now, is_default=False)
    account.add(payment, invoice["id"], intent["id"], quietly=True)
    if intent["status"] == "succeeded":
        receive(account, invoice, payment, intent)


def receive(account: Account, invoice: Json, payment: Json, intent: Json) -> None:
    """The attached payment came through, whatever has become of the invoice meanwhile."""
    amount = intent["amount_received"]
    applied = min(amount, invoice["amount_remaining"]) if invoice["status"] == "open" else 0
    payment |= {"status": "paid", "amount_paid": amount}
    payment["status_transitions"]["paid_at"] = account.now(invoice)
    account.emit("paid", payment)
    if applied:
        _apply(account, invoice, applied)
    if amount > applied:
        _overpay(account, invoice, amount - applied)


def _apply(account: Account, invoice: Json, amount: int) -> None:
    if amount == invoice["amount_remaining"]:
        settle(account, invoice, attached=True)
        standing.invoice_paid(account, invoice)
        return
    with account.changing(invoice):
        invoice["amount_paid"] += amount
        invoice["amount_remaining"] -= amount
    shrink_default(account, invoice)


def shrink_default(account: Account, invoice: Json) -> None:
    """Stripe keeps the default payment at what remains."""
    payment = default_payment(account, invoice)
    if payment is not None and payment["status"] == "open":
        payment["amount_requested"] = invoice["amount_remaining"]
        intent_of(account, payment)["amount"] = invoice["amount_remaining"]


def _overpay(account: Account, invoice: Json, excess: int) -> None:
    with account.changing(invoice):
        invoice["amount_overpaid"] += excess
        if account.variants.overpayment_counts_as_paid:
            invoice["amount_paid"] += excess
    customer_balance.change(
        account,
        account.payer(invoice["customer"]),
        -excess,
        kind="invoice_overpaid",
        currency=invoice["currency"],
        invoice=invoice["id"],
    )
    account.emit("overpaid", invoice)
