"""Refunds."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json, nulls


def refund(account: Account, charge: Json, *, amount: int, reason: str | None, metadata: Json, status: str) -> Json:
    return {
        "id": account.ids.new("re"),
        "object": "refund",
        **nulls("balance_transaction customer_account receipt_number source_transfer_reversal transfer_reversal"),
        "amount": amount,
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "destination_details": {"card": {"type": "pending"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": reason,
        "status": status,
    }


def next_action(account: Account, email: str) -> Json:
    """The customer has been asked by mail where the money shall go."""
    now = account.now()
    sent = {"email_sent_at": now, "email_sent_to": email}
    return {"display_details": {"email_sent": sent, "expires_at": now + 45 * 86400}, "type": "display_details"}


def sent_to_card() -> Json:
    return {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
