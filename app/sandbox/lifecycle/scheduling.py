"""Scheduling a subscription's end, and undoing it; what it looks like depends on who asked and on billing mode."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.ending import earliest_period_end, latest_period_end
from app.sandbox.lifecycle.prorating import credit_after
from app.sandbox.state.plain import Json


def schedule_end(account: Account, sub: Json, given: Json) -> None:
    """`given` has cancel_at (None clears) or cancel_at_period_end; the caller announces the change."""
    if "cancel_at" in given:
        _set_instant(account, sub, given["cancel_at"], given.get("proration_behavior", "create_prorations"))
    elif "cancel_at_period_end" in given:
        _set_flag(account, sub, on=given["cancel_at_period_end"])
    _note_request(account, sub)


def _set_instant(account: Account, sub: Json, wanted: int | str | None, behavior: str) -> None:
    """An instant takes the flag's place; clearing the instant leaves a flag that is set."""
    if wanted is None:
        sub["cancel_at"] = None
        return
    sub |= {"cancel_at_period_end": False, "cancel_at": _resolved(sub, wanted)}
    if sub["status"] == "active" and behavior != "none":
        credit_after(account, sub, sub["cancel_at"])


def follow_period(sub: Json) -> None:
    """The flag follows the items; an instant that it set goes along."""
    if sub["cancel_at_period_end"] and sub["cancel_at"] is not None:
        sub["cancel_at"] = earliest_period_end(sub)


def _set_flag(account: Account, sub: Json, *, on: bool) -> None:
    """Clearing the flag leaves a `cancel_at` that was set by itself; it goes only with the flag that set it."""
    flexible = sub["billing_mode"]["type"] == "flexible"
    variants = account.variants
    mirrored = variants.flexible_flag_sets_cancel_at if flexible else variants.classic_flag_sets_cancel_at
    if on:
        sub["cancel_at"] = earliest_period_end(sub) if mirrored else None
    elif sub["cancel_at_period_end"]:
        sub["cancel_at"] = None
    sub["cancel_at_period_end"] = on


def _note_request(account: Account, sub: Json) -> None:
    scheduled = sub["cancel_at_period_end"] or sub["cancel_at"] is not None
    details = sub["cancellation_details"]
    if not scheduled:
        sub["canceled_at"] = details["reason"] = None
    elif sub["canceled_at"] is None:
        sub["canceled_at"] = account.now(sub)
        details["reason"] = "cancellation_requested"


def _resolved(sub: Json, wanted: int | str) -> int:
    """The enums become an instant at once and do not follow later changes."""
    if wanted == "min_period_end":
        return earliest_period_end(sub)
    if not isinstance(wanted, int):
        return latest_period_end(sub)
    return wanted
