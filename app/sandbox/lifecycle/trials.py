"""Trials: the warning three days ahead, and the end with or without a payment method."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.cards import default_method
from app.sandbox.lifecycle.ending import end
from app.sandbox.lifecycle.standing import pause
from app.sandbox.state.plain import Json

_WARNING = 3 * DAY


def plan_warning(account: Account, sub: Json) -> None:
    if sub["status"] == "trialing" and sub["trial_end"] is not None:
        warn_at = max(sub["trial_end"] - _WARNING, account.now(sub))
        account.at(warn_at, sub, partial(_warn, account, sub, sub["trial_end"]))


def ended_without_payment_method(account: Account, sub: Json) -> bool:
    """True if that is what happened now and it was dealt with, so that nothing renews."""
    customer = account.payer(sub["customer"])
    if sub["status"] != "trialing" or default_method(account, customer, sub) is not None:
        return False
    match sub["trial_settings"]["end_behavior"]["missing_payment_method"]:
        case "cancel":
            end(account, sub, reason="payment_failed")
        case "pause":
            pause(account, sub, "trial_end_without_payment_method")
        case _:
            return False
    return True


def finish(account: Account, sub: Json) -> None:
    """The status goes on to active; whether the first real invoice gets paid shows an hour later."""
    if sub["status"] == "trialing" and sub["trial_end"] <= account.now(sub):
        sub["status"] = "active"


def _warn(account: Account, sub: Json, trial_end: int) -> None:
    key = (sub["id"], trial_end)
    if sub["status"] == "trialing" and sub["trial_end"] == trial_end and key not in account.trial_warnings:
        account.trial_warnings.add(key)
        account.emit("trial_will_end", sub)
