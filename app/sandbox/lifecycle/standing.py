"""What a paid or failed invoice does to its subscription's status."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import finalizing
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.ending import ENDED, end, forget_pause
from app.sandbox.state.plain import Json


def subscription_of(account: Account, invoice: Json) -> Json | None:
    parent = invoice["parent"]
    if not parent or not parent["subscription_details"]:
        return None
    return account.store.get("subscription", parent["subscription_details"]["subscription"])


def invoice_paid(account: Account, invoice: Json) -> None:
    _tell_customer(account, invoice, delinquent=False)
    sub = subscription_of(account, invoice)
    if sub is None or sub["status"] in ENDED:
        return
    waiting = sub["status"] in ("incomplete", "past_due", "unpaid")
    if waiting and sub["latest_invoice"] == invoice["id"]:
        with account.changing(sub):
            sub["status"] = "active"
            _remember_method(account, sub, invoice)
    elif sub["status"] == "paused" and sub["latest_invoice"] == invoice["id"]:
        reactivate(account, sub)


def reactivate(account: Account, sub: Json) -> None:
    """The end of a pause: `updated` tells the change, `resumed` names it."""
    with account.changing(sub):
        sub["status"] = "active"
        forget_pause(account, sub)
    account.emit("resumed", sub)


def pause(account: Account, sub: Json, kind: str) -> None:
    with account.changing(sub):
        sub["status"] = "paused"
        sub["status_details"] = {
            "paused": {
                "subscription": {"type": kind},
                "transitioned_at": account.now(sub),
                "type": "subscription",
            }
        }
    account.emit("paused", sub)


def next_retry(account: Account, invoice: Json) -> int | None:
    """When an invoice that has just failed is tried again."""
    days = account.settings.retry_days
    retries_done = invoice["attempt_count"] - 1
    return account.now(invoice) + days[retries_done] * DAY if retries_done < len(days) else None


def payment_failed(account: Account, invoice: Json) -> None:
    """Past due while there are retries; then the account's settings say what becomes of the subscription."""
    _tell_customer(account, invoice, delinquent=True)
    sub = subscription_of(account, invoice)
    if sub is None or sub["status"] in ENDED or invoice["billing_reason"] == "subscription_create":
        return
    if invoice["next_payment_attempt"] is not None or not invoice["auto_advance"]:
        _set_status(account, sub, "past_due")
    else:
        _give_up(account, sub, invoice)


def overdue(account: Account, invoice: Json) -> None:
    sub = subscription_of(account, invoice)
    if sub is not None and sub["latest_invoice"] == invoice["id"]:
        _set_status(account, sub, "past_due")


def _give_up(account: Account, sub: Json, invoice: Json) -> None:
    if account.settings.uncollectible_after_last_retry:
        finalizing.mark_uncollectible(account, invoice, "max_payment_attempts")
    match account.settings.after_last_retry:
        case "cancel":
            end(account, sub, reason="payment_failed")
        case "pause":
            pause(account, sub, "final_payment_failure")
        case "unpaid" | "past_due" as status:
            _set_status(account, sub, status)


def _set_status(account: Account, sub: Json, status: str) -> None:
    if sub["status"] in ("active", "trialing", "past_due"):
        with account.changing(sub):
            sub["status"] = status


def _tell_customer(account: Account, invoice: Json, *, delinquent: bool) -> None:
    customer = account.payer(invoice["customer"])
    if delinquent and invoice["billing_reason"] == "subscription_create":
        return
    if customer["delinquent"] != delinquent:
        with account.changing(customer):
            customer["delinquent"] = delinquent


def _remember_method(account: Account, sub: Json, invoice: Json) -> None:
    if sub["payment_settings"]["save_default_payment_method"] != "on_subscription":
        return
    payment = finalizing.default_payment(account, invoice)
    if payment is not None and sub["default_payment_method"] is None:
        sub["default_payment_method"] = finalizing.intent_of(account, payment)["payment_method"]
