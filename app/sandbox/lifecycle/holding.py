"""Manual capture: the card's bank holds the money until it is captured, released, or seven days are over."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import ledger
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.shapes.refund import refund as new_refund
from app.sandbox.state.plain import Json

_HELD_FOR = 7 * DAY


def hold(account: Account, intent: Json, method: Json, charge: Json) -> None:
    charge |= {"captured": False, "amount_captured": 0}
    intent |= {
        "status": "requires_capture",
        "amount_capturable": intent["amount"],
        "payment_method": method["id"],
        "last_payment_error": None,
    }
    account.emit("succeeded", charge)
    account.emit("amount_capturable_updated", intent)
    account.main.at(account.now() + _HELD_FOR, partial(_expire, account, intent))


def capture(account: Account, intent: Json, amount: int) -> None:
    """What is not captured goes back to the cardholder, and counts as refunded on the charge."""
    charge = account.need("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount, "amount_refunded": charge["amount"] - amount}
    ledger.charge_paid(account, charge)
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    account.emit("captured", charge)
    account.emit("succeeded", intent)


def release(account: Account, intent: Json, *, expired: bool = False) -> None:
    """No money has moved, and yet the charge says that it was refunded."""
    charge = account.need("charge", intent["latest_charge"])
    charge |= {"amount_refunded": charge["amount"], "refunded": True}
    intent["amount_capturable"] = 0
    if account.variants.released_hold_is_a_refund:
        reason = "expired_uncaptured_charge" if expired else None
        made = new_refund(
            account, charge, amount=charge["amount"], reason=reason, metadata={}, status="succeeded"
        )  # fmt: skip
        made["destination_details"]["card"] = {"type": "reversal"}
        account.add(made, charge["id"], charge["payment_intent"])
    account.emit("expired" if expired else "refunded", charge)


def _expire(account: Account, intent: Json) -> None:
    if intent["status"] != "requires_capture":
        return
    release(account, intent, expired=True)
    intent |= {"status": "canceled", "canceled_at": account.now(), "cancellation_reason": "automatic"}
    account.emit("canceled", intent)
