"""Movements of the account's own balance."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json


def balance_transaction(
    account: Account, *, amount: int, currency: str, kind: str, category: str, source: str, fee: int, description: str
) -> Json:
    now = account.now()
    fees = [
        {"amount": fee, "application": None, "currency": currency, "description": "Stripe fees", "type": "stripe_fee"}
    ]
    return {
        "id": account.ids.new("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "available",
        "type": kind,
    }
