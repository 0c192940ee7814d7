"""Early fraud warnings: an issuer says that a charge is fraud, before the cardholder disputes it."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json


def warn(account: Account, charge: Json, fraud_type: str) -> Json:
    disputed = bool(account.store.of("dispute", charge["id"]))
    warning = {
        "id": account.ids.new("issfr"),
        "object": "radar.early_fraud_warning",
        "actionable": not disputed and not charge["refunded"],
        "charge": charge["id"],
        "created": account.now(),
        "fraud_type": fraud_type,
        "livemode": account.livemode,
        "payment_intent": charge["payment_intent"],
    }
    return account.add(warning, charge["id"], charge["payment_intent"])


def settle_by_refund(account: Account, charge: Json) -> None:
    if charge["refunded"]:
        settle(account, charge)


def settle(account: Account, charge: Json) -> None:
    """There is nothing left to prevent."""
    for warning in account.store.of("radar.early_fraud_warning", charge["id"]):
        with account.changing(warning):
            warning["actionable"] = False
