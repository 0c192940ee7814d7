"""How much of an invoice a credit note may still take back, and from which charge a refund would come."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import refunding
from app.sandbox.lifecycle.disputing import bars_refunds
from app.sandbox.lifecycle.finalizing import intent_of
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json


def most(account: Account, invoice: Json) -> int:
    """Refunds that no credit note names count against it too."""
    notes = [it for it in account.store.of("credit_note", invoice["id"]) if it["status"] == "issued"]
    unnamed = sum(unlinked(account, refund) for refund in refunds_of(account, invoice))
    return int(invoice["total"] - sum(it["amount"] for it in notes) - unnamed)


def refunds_of(account: Account, invoice: Json) -> list[Json]:
    charges = _charges(account, invoice)
    found = [refund for charge in charges for refund in account.store.of("refund", charge["id"])]
    return [it for it in found if it["status"] in refunding.LIVE]


def unlinked(account: Account, refund: Json) -> int:
    """What of a refund no credit note has claimed."""
    linked = [
        link["amount_refunded"]
        for note in account.store.all("credit_note")
        if note["status"] == "issued"
        for link in note["refunds"]
        if link["refund"] == refund["id"]
    ]
    return int(refund["amount"] - sum(linked))


def charge_for(account: Account, invoice: Json, amount: int) -> Json:
    """The newest charge of the invoice that can give so much back."""
    charges = _charges(account, invoice)
    if not charges:
        raise invalid("There is no payment of this invoice that could be refunded.", param="refund_amount")
    for charge in reversed(charges):
        if refunding.refundable(charge) >= amount and not bars_refunds(account, charge):
            return charge
    message = "The refund amount is greater than what can be refunded of the invoice's payment."
    raise invalid(message, param="refund_amount")


def _charges(account: Account, invoice: Json) -> list[Json]:
    payments = [it for it in account.store.of("invoice_payment", invoice["id"]) if it["status"] == "paid"]
    return [account.need("charge", intent_of(account, it)["latest_charge"]) for it in payments]
