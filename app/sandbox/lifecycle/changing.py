"""Changing what a subscription consists of: items, quantities, trial and anchor, with their prorations."""

from dataclasses import dataclass, field

from app.sandbox.account import Account
from app.sandbox.lifecycle import prorating
from app.sandbox.lifecycle.calendar import last_boundary, next_boundary
from app.sandbox.lifecycle.charging import finalize_and_collect
from app.sandbox.lifecycle.invoicing import draft, item_line, period_of
from app.sandbox.lifecycle.item_changes import ItemChange, wanted_changes
from app.sandbox.refusal import invalid
from app.sandbox.shapes.catalog import plan
from app.sandbox.shapes.subscription import item as new_item
from app.sandbox.state.plain import Json, copied


@dataclass(slots=True, kw_only=True)
class Change:
    """What an update asks for, checked before anything is touched."""

    items: list[ItemChange]
    trial_end: int | str | None
    restart: bool
    behavior: str
    at: int
    fresh: list[Json] = field(default_factory=list)  # items that begin a period now and are billed in full


def planned(account: Account, sub: Json, given: Json) -> Change:
    now = account.now(sub)
    at = given.get("proration_date", now)
    if (
        not min(it["current_period_start"] for it in sub["items"]["data"])
        <= at
        <= max(it["current_period_end"] for it in sub["items"]["data"])
    ):
        raise invalid("Cannot specify `proration_date` outside of the current period.", param="proration_date")
    if sub["status"] == "incomplete" and given.get("items"):
        raise invalid("You cannot change the items of an incomplete subscription before its first payment.")
    return Change(
        items=wanted_changes(account, sub, given.get("items", [])),
        trial_end=given.get("trial_end"),
        restart=given.get("billing_cycle_anchor", {}).get("type") == "now",
        behavior=given.get("proration_behavior", "create_prorations"),
        at=at,
    )


def carry_out(account: Account, sub: Json, change: Change) -> None:
    for wanted in change.items:
        _change_item(account, sub, change, wanted)
    if change.trial_end is not None:
        _change_trial(account, sub, change)
    elif change.restart:
        _restart(account, sub, change, sub["items"]["data"])
    sub["items"]["total_count"] = len(sub["items"]["data"])


def bill(account: Account, sub: Json, change: Change) -> None:
    """At once if a period begins now or if asked to; prorations otherwise wait for the next invoice."""
    if not change.fresh:
        if change.behavior == "always_invoice":
            prorating.invoice_pending(account, sub)
        return
    lines = [item_line(account, sub, item) for item in change.fresh]
    invoice = draft(account, sub, reason="subscription_update", lines=lines, period=period_of(change.fresh[0]))
    account.emit("created", invoice)
    with account.changing(sub):
        sub["latest_invoice"] = invoice["id"]
    finalize_and_collect(account, invoice)


def _change_item(account: Account, sub: Json, change: Change, wanted: ItemChange) -> None:
    items, item = sub["items"]["data"], wanted.item
    prorates = change.behavior != "none" and sub["status"] in ("active", "past_due")
    if item is None:
        items.append(_added(account, sub, wanted, change, prorates=prorates))
        return
    if wanted.metadata is not None:
        item["metadata"] = wanted.metadata
    if not wanted.changes_price:
        return
    if prorates:
        prorating.credit(account, sub, item, since=change.at)
    if wanted.deleted:
        items.remove(item)
        return
    new_cycle = item["price"]["recurring"] != wanted.price["recurring"]
    item |= {"price": copied(wanted.price), "plan": plan(wanted.price), "quantity": wanted.quantity}
    if new_cycle and sub["status"] != "trialing":
        _begin_period(account, sub, change, item)
    elif prorates:
        prorating.charge_rest(account, sub, item, since=change.at)


def _added(account: Account, sub: Json, wanted: ItemChange, change: Change, *, prorates: bool) -> Json:
    """A new item joins the anchor's cycle and pays for what is left of it."""
    now, anchor, recurring = account.now(sub), sub["billing_cycle_anchor"], wanted.price["recurring"]
    made = new_item(account, sub, wanted.price, now=now, quantity=wanted.quantity, metadata=wanted.metadata)
    made["current_period_start"] = last_boundary(anchor, recurring, now)
    made["current_period_end"] = next_boundary(anchor, recurring, now)
    if sub["status"] == "trialing":
        made |= {"current_period_start": sub["trial_start"], "current_period_end": sub["trial_end"]}
    elif prorates:
        prorating.charge_rest(account, sub, made, since=change.at)
        made["current_period_start"] = now
    return made


def _change_trial(account: Account, sub: Json, change: Change) -> None:
    now = account.now(sub)
    if change.trial_end == "now":
        if sub["status"] == "trialing":
            sub |= {"status": "active", "trial_end": now}
            _restart(account, sub, change, sub["items"]["data"])
        return
    if sub["status"] == "active" and change.behavior != "none":
        for item in sub["items"]["data"]:
            prorating.credit(account, sub, item, since=change.at)
    sub |= {"status": "trialing", "trial_end": change.trial_end, "billing_cycle_anchor": change.trial_end}
    sub["trial_start"] = sub["trial_start"] or now
    for item in sub["items"]["data"]:
        item |= {"current_period_start": now, "current_period_end": change.trial_end}


def _restart(account: Account, sub: Json, change: Change, items: list[Json]) -> None:
    prorates = change.behavior != "none" and sub["status"] == "active" and change.trial_end is None
    for item in items:
        if prorates and item not in change.fresh:
            prorating.credit(account, sub, item, since=change.at)
        _begin_period(account, sub, change, item)


def _begin_period(account: Account, sub: Json, change: Change, item: Json) -> None:
    now = account.now(sub)
    sub["billing_cycle_anchor"] = now
    item["current_period_start"] = now
    item["current_period_end"] = next_boundary(now, item["price"]["recurring"], now)
    if item not in change.fresh:
        change.fresh.append(item)
