"""One attempt to take money: a payment intent meets a card, and a charge remains, paid, held or failed."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import holding, ledger
from app.sandbox.lifecycle.cards import decline_of
from app.sandbox.shapes.payment import charge, payment_intent
from app.sandbox.state.plain import Json


def open_intent(account: Account, *, amount: int, currency: str, customer: str | None, **given: object) -> Json:
    intent = payment_intent(account, amount=amount, currency=currency, customer=customer, **given)
    return account.add(intent, customer)


def attempt(account: Account, intent: Json, method: Json) -> str | None:
    """The decline code, or none when the money was taken."""
    decline = decline_of(account, method)
    attempted = charge(account, intent, method, decline=decline)
    account.add(attempted, intent["id"], intent["customer"], quietly=True)
    intent["latest_charge"] = attempted["id"]
    if decline is not None:
        _fail(account, intent, method, attempted, decline)
        return decline
    if intent["receipt_email"] or account.settings.sends_receipts:
        attempted["receipt_number"] = receipt_number(account)
    if intent["capture_method"] == "manual":
        holding.hold(account, intent, method, attempted)
    else:
        _succeed(account, intent, method, attempted)
    return None


def receipt_number(account: Account) -> str:
    return f"{account.ids.digits(4)}-{account.ids.digits(4)}"


def cancel_intent(account: Account, intent: Json, reason: str | None) -> None:
    intent |= {"status": "canceled", "canceled_at": account.now(), "cancellation_reason": reason}
    account.emit("canceled", intent)


def _succeed(account: Account, intent: Json, method: Json, attempted: Json) -> None:
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "payment_method": method["id"],
        "last_payment_error": None,
    }
    ledger.charge_paid(account, attempted)
    account.emit("succeeded", attempted)
    account.emit("succeeded", intent)


def _fail(account: Account, intent: Json, method: Json, attempted: Json, decline: str) -> None:
    intent |= {
        "status": "requires_payment_method",
        "payment_method": None,
        "last_payment_error": decline_error(attempted, method, decline),
    }
    account.emit("failed", attempted)
    account.emit("payment_failed", intent)


def decline_error(attempted: Json, method: Json, decline: str) -> Json:
    return {
        "charge": attempted["id"],
        "code": "card_declined",
        "decline_code": decline,
        "doc_url": "https://stripe.com/docs/error-codes/card-declined",
        "message": attempted["failure_message"],
        "payment_method": dict(method),
        "type": "card_error",
    }
