"""Money goes back: a refund is made, waits, succeeds, is canceled, or fails days after it had succeeded."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import ledger, warning
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.refusal import invalid
from app.sandbox.shapes import refund as shapes
from app.sandbox.state.plain import Json
from app.sandbox.state.refund_plan import RefundPlan

LIVE = frozenset({"pending", "requires_action", "succeeded"})
_REFERENCE_AFTER = DAY  # the bank's reference number becomes known


def give_back(
    account: Account, charge: Json, *, amount: int, reason: str | None = None, metadata: Json | None = None
) -> Json:
    """The caller has checked that so much can go back. A waiting refund counts as refunded on its charge too."""
    plan = _plan(account)
    status = plan.status if plan else "succeeded"
    refund = shapes.refund(account, charge, amount=amount, reason=reason, metadata=metadata or {}, status=status)
    _dress(account, refund, plan)
    _count(charge, amount)
    if reason == "fraudulent":
        _block(account, charge)
    account.add(refund, charge["id"], charge["payment_intent"])
    account.emit("refunded", charge)
    warning.settle_by_refund(account, charge)
    if plan and plan.settles_in is not None:
        account.main.at(account.now() + plan.settles_in, partial(_settle_later, account, refund))
    return refund


def settle(account: Account, refund: Json) -> None:
    if refund["status"] not in ("pending", "requires_action"):
        raise invalid(f"This refund is {refund['status']} and cannot succeed any more.")
    with account.changing(refund):
        refund["status"] = "succeeded"
        _undress(refund)
        _pay_out(account, refund)


def fail(account: Account, refund: Json, reason: str) -> None:
    """The bank sends the money back, or a waiting refund comes to nothing."""
    if refund["status"] not in LIVE:
        raise invalid(f"This refund is {refund['status']} and cannot fail any more.")
    _uncount(account, refund)
    with account.changing(refund):
        refund |= {"status": "failed", "failure_reason": reason}
        _undress(refund)
        if refund["balance_transaction"] is not None:
            ledger.refund_came_back(account, refund)
    account.emit("failed", refund)


def cancel(account: Account, refund: Json) -> None:
    if refund["status"] != "requires_action":
        raise invalid(f"This refund cannot be canceled because it has a status of {refund['status']}.")
    _uncount(account, refund)
    with account.changing(refund):
        refund["status"] = "canceled"
        _undress(refund)


def funds_arrive(account: Account) -> None:
    """Refunds that waited for the account's balance go out."""
    for refund in list(account.store.all("refund")):
        if refund["status"] == "pending" and refund["pending_reason"] == "insufficient_funds":
            settle(account, refund)


def refundable(charge: Json) -> int:
    return int(charge["amount"] - charge["amount_refunded"])


def _plan(account: Account) -> RefundPlan | None:
    if account.refund_plans:
        return account.refund_plans.pop(0)
    return RefundPlan(pending_reason="insufficient_funds") if account.short_of_funds else None


def _dress(account: Account, refund: Json, plan: RefundPlan | None) -> None:
    if plan is None:
        _pay_out(account, refund)
    elif plan.status == "pending":
        refund["pending_reason"] = plan.pending_reason
    else:
        customer = account.store.get("customer", refund["customer"] or "") or {}
        refund["next_action"] = shapes.next_action(account, customer.get("email") or "customer@example.com")


def _undress(refund: Json) -> None:
    for name in ("pending_reason", "next_action"):
        refund.pop(name, None)


def _pay_out(account: Account, refund: Json) -> None:
    ledger.refund_paid(account, refund)
    refund["destination_details"]["card"] = shapes.sent_to_card()
    account.main.at(account.now() + _REFERENCE_AFTER, partial(_learn_reference, account, refund))


def _learn_reference(account: Account, refund: Json) -> None:
    if refund["status"] == "succeeded":
        with account.changing(refund):
            refund["destination_details"]["card"] |= {
                "reference": account.ids.digits(23),
                "reference_status": "available",
            }


def _settle_later(account: Account, refund: Json) -> None:
    if refund["status"] in ("pending", "requires_action"):
        settle(account, refund)


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _uncount(account: Account, refund: Json) -> None:
    _count(account.need("charge", refund["charge"]), -refund["amount"])


def _block(account: Account, charge: Json) -> None:
    """The card goes on the account's block list."""
    charge["fraud_details"] = {"user_report": "fraudulent"}
    account.declining[charge["payment_method"]] = "fraudulent"
