"""The notice of a renewal: some days ahead Stripe tells the invoice that is coming."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY, HOUR
from app.sandbox.lifecycle.ending import earliest_period_end, scheduled_end
from app.sandbox.lifecycle.invoicing import period_of, preview
from app.sandbox.lifecycle.rolling import renewal_line, roll
from app.sandbox.shapes.invoice import as_upcoming
from app.sandbox.state.plain import Json, copied

RENEWING = frozenset({"active", "trialing", "past_due", "unpaid"})


def plan_notice(account: Account, sub: Json) -> None:
    """Some days before a renewal the invoice that is coming is told, if the period is long enough for that."""
    due, days = earliest_period_end(sub), account.settings.upcoming_days
    notice_at = due - (days or 0) * DAY
    if days and sub["status"] in RENEWING and notice_at > account.now(sub):
        account.at(notice_at, sub, partial(_give_notice, account, sub, due))


def _give_notice(account: Account, sub: Json, due: int) -> None:
    ends_at, key = scheduled_end(sub), (sub["id"], due)
    goes_on = sub["status"] in RENEWING and (ends_at is None or ends_at > due)
    if not goes_on or earliest_period_end(sub) != due or key in account.upcoming_told:
        return
    account.upcoming_told.add(key)
    renewed = [item for item in copied(sub)["items"]["data"] if item["current_period_end"] == due]
    former = period_of(renewed[0])
    for item in renewed:
        roll(sub, item)
    lines = [renewal_line(account, sub, item) for item in renewed]
    coming = preview(account, sub, reason="upcoming", lines=lines, period=former)
    if coming["collection_method"] == "charge_automatically":
        coming["next_payment_attempt"] = due + HOUR
    account.emit("upcoming", as_upcoming(account, coming | {"created": due}))
