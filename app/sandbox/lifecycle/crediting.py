"""A payment intent has come through or failed: the invoices that it pays learn of it."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import attaching, charging
from app.sandbox.state.plain import Json


def tell_invoices(account: Account, intent: Json, decline: str | None) -> None:
    """A hold pays nothing yet; an attached payment that fails leaves its invoice as it was."""
    if intent["status"] == "requires_capture":
        return
    for payment in account.store.of("invoice_payment", intent["id"]):
        invoice = account.need("invoice", payment["invoice"])
        if payment["status"] != "open":
            continue
        if not payment["is_default"]:
            if decline is None:
                attaching.receive(account, invoice, payment, intent)
        elif invoice["status"] == "open" and decline is None:
            charging.paid(account, invoice)
        elif invoice["status"] == "open":
            charging.failed(account, invoice)


def forget_attached(account: Account, intent: Json) -> None:
    """A canceled payment intent takes the payments of invoices along."""
    for payment in account.store.of("invoice_payment", intent["id"]):
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = account.now()
