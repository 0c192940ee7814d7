"""A cardholder disputes a charge: the bank takes the money at once, and gives it back only if the dispute is won."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import ledger, refunding, warning
from app.sandbox.refusal import invalid
from app.sandbox.shapes.dispute import dispute as new_dispute
from app.sandbox.state.plain import Json

# What may come next; a lost dispute may be appealed, so it is not an end for ever.
_NEXT = {
    "warning_needs_response": {"warning_under_review", "warning_closed", "needs_response", "prevented"},
    "warning_under_review": {"warning_closed", "needs_response"},
    "warning_closed": set(),
    "needs_response": {"under_review", "won", "lost", "prevented"},
    "under_review": {"won", "lost"},
    "won": {"appeal_needs_response"},
    "lost": {"appeal_needs_response"},
    "prevented": set(),
    "appeal_needs_response": {"appeal_under_review", "lost", "won"},
    "appeal_under_review": {"lost", "won"},
}
_CLOSED = frozenset({"warning_closed", "won", "lost", "prevented"})
_REFUNDABLE = frozenset({"warning_needs_response", "warning_under_review", "warning_closed", "won"})


def open_dispute(account: Account, charge: Json, *, reason: str, amount: int | None, status: str) -> Json:
    _check(account, charge, status)
    amount = charge["amount_captured"] if amount is None else amount
    made = new_dispute(account, charge, amount=amount, reason=reason, status=status)
    charge["disputed"] = True
    made["is_charge_refundable"] = status in _REFUNDABLE
    account.add(made, charge["id"], charge["payment_intent"])
    _move_funds(account, made)
    warning.settle(account, charge)
    _stop_waiting_refunds(account, charge)
    account.main.at(made["evidence_details"]["due_by"], partial(_fall_due, account, made))
    return made


def become(account: Account, dispute: Json, status: str, **evidence_details: object) -> None:
    if status not in _NEXT[dispute["status"]]:
        raise invalid(f"A dispute that is {dispute['status']} cannot become {status}.")
    with account.changing(dispute):
        dispute["evidence_details"] |= evidence_details
        dispute |= {"status": status, "is_charge_refundable": status in _REFUNDABLE}
        if status == "needs_response":
            dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _move_funds(account, dispute)
    if status in _CLOSED:
        account.emit("closed", dispute)
    if dispute["status"] == "needs_response":
        _stop_waiting_refunds(account, account.need("charge", dispute["charge"]))


def submit(account: Account, dispute: Json) -> None:
    """The merchant's evidence goes to the bank."""
    after = {"warning_needs_response": "warning_under_review", "needs_response": "under_review"}
    status = after.get(dispute["status"])
    if status is None:
        raise invalid(f"This dispute is {dispute['status']}: evidence can no longer be submitted.")
    count = dispute["evidence_details"]["submission_count"] + 1
    become(account, dispute, status, has_evidence=True, submission_count=count, submission_method="manual")


def bars_refunds(account: Account, charge: Json) -> bool:
    return not all(it["is_charge_refundable"] for it in account.store.of("dispute", charge["id"]))


def _check(account: Account, charge: Json, status: str) -> None:
    if status not in ("needs_response", "warning_needs_response"):
        raise invalid(f"A dispute does not begin as {status}.")
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise invalid("Only a charge that took money can be disputed.")
    if charge["refunded"]:
        raise invalid("A fully refunded card charge cannot be disputed.")
    if any(it["status"] not in _CLOSED for it in account.store.of("dispute", charge["id"])):
        raise invalid("This charge is already disputed.")


def _move_funds(account: Account, dispute: Json) -> None:
    """An inquiry moves nothing; whatever is not won stays taken."""
    taken = sum(it["amount"] for it in dispute["balance_transactions"]) < 0
    if dispute["status"] in ("needs_response", "prevented", "lost") and not taken:
        ledger.funds_withdrawn(account, dispute)
        account.emit("funds_withdrawn", dispute)
    elif dispute["status"] == "won" and taken:
        ledger.funds_reinstated(account, dispute)
        account.emit("funds_reinstated", dispute)


def _stop_waiting_refunds(account: Account, charge: Json) -> None:
    if bars_refunds(account, charge):
        for refund in account.store.of("refund", charge["id"]):
            if refund["status"] in ("pending", "requires_action"):
                refunding.fail(account, refund, "charge_for_pending_refund_disputed")


def _fall_due(account: Account, dispute: Json) -> None:
    """Unanswered in time is lost; an inquiry only lapses."""
    if dispute["status"] in ("needs_response", "warning_needs_response"):
        status = "lost" if dispute["status"] == "needs_response" else "warning_closed"
        become(account, dispute, status, past_due=True)
