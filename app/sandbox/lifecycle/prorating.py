"""Prorations: credit for time that was paid and will not be used, charges for the rest of a period."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.charging import finalize_and_collect
from app.sandbox.lifecycle.invoicing import draft, full_amount, pending_items, period_of, product_name
from app.sandbox.shapes.invoice_item import proration_item
from app.sandbox.state.plain import Json


def credit(account: Account, sub: Json, item: Json, *, since: int) -> None:
    _pending(account, sub, item, amount=-share(item, since), since=since, what="Unused time on")


def charge_rest(account: Account, sub: Json, item: Json, *, since: int) -> None:
    _pending(account, sub, item, amount=share(item, since), since=since, what="Remaining time on")


def credit_after(account: Account, sub: Json, until: int) -> None:
    """An end before the current period's end gives the rest of it back."""
    for item in sub["items"]["data"]:
        if item["current_period_start"] <= until < item["current_period_end"]:
            credit(account, sub, item, since=until)


def leave(account: Account, sub: Json, *, prorate: bool, invoice_now: bool) -> None:
    """Canceling at once: by default what was pending is dropped and nothing is given back."""
    if not prorate and not invoice_now:
        drop_pending(account, sub)
    if prorate and sub["status"] in ("active", "past_due"):
        for item in sub["items"]["data"]:
            credit(account, sub, item, since=account.now(sub))
    if invoice_now:
        invoice_pending(account, sub)


def invoice_pending(account: Account, sub: Json) -> Json | None:
    """Bills what is pending at once; none if nothing is."""
    if not pending_items(account, sub):
        return None
    now = account.now(sub)
    invoice = draft(account, sub, reason="subscription_update", period={"start": now, "end": now})
    account.emit("created", invoice)
    with account.changing(sub):
        sub["latest_invoice"] = invoice["id"]
    finalize_and_collect(account, invoice)
    return invoice


def drop_pending(account: Account, sub: Json) -> None:
    for pending in pending_items(account, sub):
        account.store.remove(pending)
        account.emit("deleted", pending)


def share(item: Json, since: int) -> int:
    """The part of the item's price that falls after `since`."""
    start, end = item["current_period_start"], item["current_period_end"]
    left = max(int(end) - max(since, int(start)), 0)
    return round(full_amount(item) * left / int(end - start))


def _pending(account: Account, sub: Json, item: Json, *, amount: int, since: int, what: str) -> None:
    if amount == 0:
        return
    pending = proration_item(
        account,
        sub,
        item,
        amount=amount,
        description=f"{what} {item['quantity'] or 1} \N{MULTIPLICATION SIGN} {product_name(account, item)}",
        period={"start": since, "end": period_of(item)["end"]},
        now=account.now(sub),
    )
    account.add(pending, sub["id"], sub["customer"])
