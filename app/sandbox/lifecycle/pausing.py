"""endive's pause and resume: no invoices, no advancing period, and by default credit for the unused time."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import prorating, standing
from app.sandbox.lifecycle.calendar import HOUR, last_boundary, next_boundary
from app.sandbox.lifecycle.charging import collect
from app.sandbox.lifecycle.finalizing import finalize, void
from app.sandbox.lifecycle.invoicing import draft, item_line, period_of
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json

_RESUME_PAYMENT = 23 * HOUR


def pause_now(account: Account, sub: Json, given: Json) -> None:
    if sub["billing_mode"]["type"] != "flexible":
        raise invalid("Pausing is only for subscriptions with `billing_mode[type]=flexible`.")
    if sub["schedule"] is not None:
        raise invalid("A subscription that is managed by a schedule cannot be paused.")
    if sub["status"] not in ("active", "trialing", "past_due"):
        raise invalid(f"A subscription with status {sub['status']} cannot be paused.")
    _credit_unused(account, sub, given.get("bill_for", {}).get("unused_time_from", {}).get("type", "now"))
    standing.pause(account, sub, "pause_requested")
    if given.get("invoicing_behavior") == "invoice":
        prorating.invoice_pending(account, sub)


def _credit_unused(account: Account, sub: Json, since: str) -> None:
    if since == "none" or sub["status"] != "active":
        return
    for item in sub["items"]["data"]:
        start = account.now(sub) if since == "now" else item["current_period_start"]
        prorating.credit(account, sub, item, since=start)


def resume_now(account: Account, sub: Json, given: Json) -> None:
    anchor = given.get("billing_cycle_anchor", {}).get("type", "now")
    if sub["status"] != "paused":
        raise invalid("You can only resume subscriptions with status `paused`.")
    if anchor == "now" and "proration_behavior" in given:
        message = "`proration_behavior` is only for `billing_cycle_anchor[type]=unchanged`."
        raise invalid(message, param="proration_behavior")
    if anchor == "now":
        _restart(account, sub)
    else:
        _take_up(account, sub, given.get("proration_behavior", "create_prorations"))
        standing.reactivate(account, sub)
        return
    invoice = _resume_invoice(account, sub)
    on_attempt = given.get("payment_behavior", "resume_on_payment_attempt") == "resume_on_payment_attempt"
    finalize(account, invoice, sub)
    if on_attempt or invoice["status"] == "paid":
        standing.reactivate(account, sub)
    if invoice["status"] == "open":
        account.at(account.now(sub) + _RESUME_PAYMENT, sub, partial(_give_up, account, sub, invoice))
        collect(account, invoice)


def _restart(account: Account, sub: Json) -> None:
    now = account.now(sub)
    with account.changing(sub):
        sub |= {"billing_cycle_anchor": now, "trial_end": min(sub["trial_end"], now) if sub["trial_end"] else None}
        for item in sub["items"]["data"]:
            item["current_period_start"] = now
            item["current_period_end"] = next_boundary(now, item["price"]["recurring"], now)


def _take_up(account: Account, sub: Json, behavior: str) -> None:
    """The old cycle goes on, as if it had never stopped; the rest of its period is charged again."""
    now, anchor = account.now(sub), sub["billing_cycle_anchor"]
    with account.changing(sub):
        for item in sub["items"]["data"]:
            recurring = item["price"]["recurring"]
            item["current_period_start"] = last_boundary(anchor, recurring, now)
            item["current_period_end"] = next_boundary(anchor, recurring, now)
    for item in sub["items"]["data"]:
        if behavior != "none":
            prorating.charge_rest(account, sub, item, since=now)
    if behavior == "always_invoice":
        prorating.invoice_pending(account, sub)


def _resume_invoice(account: Account, sub: Json) -> Json:
    items = sub["items"]["data"]
    lines = [item_line(account, sub, item) for item in items]
    period = period_of(items[0])
    invoice = draft(account, sub, reason="subscription_update", lines=lines, period=period)
    with account.changing(sub):
        sub["latest_invoice"] = invoice["id"]
    account.emit("created", invoice)
    return invoice


def _give_up(account: Account, sub: Json, invoice: Json) -> None:
    if sub["status"] == "paused" and invoice["status"] == "open":
        void(account, invoice)
