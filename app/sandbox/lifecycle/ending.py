"""A subscription ends, now or as scheduled, and its open invoices stop being collected."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json

ENDED = frozenset({"canceled", "incomplete_expired"})


def end(account: Account, sub: Json, *, reason: str) -> None:
    now = account.now(sub)
    sub |= {"status": "canceled", "ended_at": now, "canceled_at": sub["canceled_at"] or now}
    sub["cancellation_details"]["reason"] = sub["cancellation_details"]["reason"] or reason
    forget_pause(account, sub)
    account.emit("deleted", sub)
    _stop_collecting(account, sub)
    _drop_schedule(account, sub)


def scheduled_end(sub: Json) -> int | None:
    """When it is going to end as things stand: the flag follows the earliest item."""
    ends = [sub["cancel_at"]] if sub["cancel_at"] else []
    if sub["cancel_at_period_end"]:
        ends.append(earliest_period_end(sub))
    return min(ends, default=None)


def earliest_period_end(sub: Json) -> int:
    return min(int(item["current_period_end"]) for item in sub["items"]["data"])


def latest_period_end(sub: Json) -> int:
    return max(int(item["current_period_end"]) for item in sub["items"]["data"])


def forget_pause(account: Account, sub: Json) -> None:
    if account.variants.status_details_when_not_paused == "null":
        sub["status_details"] = None
    else:
        sub.pop("status_details", None)


def _stop_collecting(account: Account, sub: Json) -> None:
    for invoice in account.store.of("invoice", sub["id"]):
        if invoice["status"] == "open":
            with account.changing(invoice):
                invoice |= {"auto_advance": False, "next_payment_attempt": None}


def _drop_schedule(account: Account, sub: Json) -> None:
    schedule = account.store.get("subscription_schedule", sub["schedule"] or "")
    if schedule is not None and schedule["status"] == "active":
        schedule |= {"status": "canceled", "canceled_at": account.now(sub), "current_phase": None}
        account.emit("canceled", schedule)
