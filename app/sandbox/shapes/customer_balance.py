"""Movements of a customer's credit balance."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json


def balance_transaction(
    account: Account, customer: Json, *, amount: int, currency: str, kind: str, **given: object
) -> Json:
    return {
        "id": account.ids.new("cbtxn"),
        "object": "customer_balance_transaction",
        "amount": amount,
        "checkout_session": None,
        "created": account.now(customer),
        "credit_note": None,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "description": None,
        "ending_balance": customer["balance"],
        "invoice": None,
        "livemode": account.livemode,
        "metadata": {},
        "type": kind,
        **given,
    }
