"""An item's next period, and the line that bills it."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import next_boundary
from app.sandbox.lifecycle.invoicing import full_amount, item_line
from app.sandbox.state.plain import Json


def roll(sub: Json, item: Json) -> None:
    start = item["current_period_end"]
    item["current_period_start"] = start
    item["current_period_end"] = next_boundary(sub["billing_cycle_anchor"], item["price"]["recurring"], start)


def renewal_line(account: Account, sub: Json, item: Json) -> Json:
    """A scheduled end inside the new period shortens what is billed."""
    start, end_ = item["current_period_start"], item["current_period_end"]
    until = sub["cancel_at"]
    if until is None or until >= end_ or sub["cancel_at_period_end"]:
        return item_line(account, sub, item)
    amount = round(full_amount(item) * (until - start) / (end_ - start))
    return item_line(account, sub, item, amount=amount, period={"start": start, "end": until})
