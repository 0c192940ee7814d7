"""POST /v1/subscriptions/:id, the call with the most meanings."""

from typing import Any

from app.sandbox.account import Account
from app.sandbox.api import subscription_params as sp
from app.sandbox.lifecycle import changing, renewal
from app.sandbox.lifecycle.cards import attached_method
from app.sandbox.lifecycle.ending import ENDED
from app.sandbox.lifecycle.scheduling import follow_period, schedule_end
from app.sandbox.refusal import invalid, not_imitated
from app.sandbox.state.plain import Json, copied, differences
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import route

_ITEM = p.hash_of(
    id=p.filled, price=p.filled, quantity=p.natural, deleted=p.boolean, metadata=p.metadata,
    **p.not_modelled("billing_thresholds clear_usage current_trial discounts plan price_data tax_rates"),
)  # fmt: skip
_STILL_ALLOWED = frozenset({"metadata", "cancellation_details"})
_END_FIELDS = ("cancel_at", "cancel_at_period_end")


def _anchor(value: Any, name: str) -> Json:
    """endive: an object where older versions took a string."""
    if isinstance(value, str):
        raise p.refused("Invalid object", name)
    return p.hash_of(type=p.required(p.one_of("now", "unchanged")))(value, name)  # type: ignore[no-any-return]


@route(
    "POST", "/v1/subscriptions/*", sp.COMMON, items=p.list_of(_ITEM), billing_cycle_anchor=_anchor,
    cancel_at=p.clearable(sp.CANCEL_AT), cancellation_details=sp.CANCELLATION_DETAILS, proration_date=p.integer,
    pause_collection=p.clearable(
        p.hash_of(behavior=p.required(p.one_of("keep_as_draft", "mark_uncollectible", "void")), resumes_at=p.integer)
    ),
)  # fmt: skip
def update(account: Account, subscription_id: str, given: Json) -> Json:
    sub = account.need("subscription", subscription_id)
    _check(account, sub, given)
    change = changing.planned(account, sub, given)
    card = _method(account, sub, given.get("default_payment_method"))
    before = copied(sub)
    _set_plain(sub, given)
    if "default_payment_method" in given:
        sub["default_payment_method"] = card
    if any(field in given for field in _END_FIELDS):
        schedule_end(account, sub, given)
    changing.carry_out(account, sub, change)
    follow_period(sub)
    if previous := differences(before, sub):
        account.emit("updated", sub, previous)
    changing.bill(account, sub, change)
    renewal.plan(account, sub)
    return sub


def _check(account: Account, sub: Json, given: Json) -> None:
    sp.check_ends(given)
    if sub["status"] in ENDED and not given.keys() <= _STILL_ALLOWED:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    if given.get("payment_behavior") == "pending_if_incomplete":
        raise not_imitated("payment_behavior=pending_if_incomplete", param="payment_behavior")
    if sub["schedule"] is not None and any(field in given for field in _END_FIELDS):
        raise invalid(
            f"The subscription is managed by the subscription schedule `{sub['schedule']}`, and updating any"
            " cancelation behavior directly is not allowed. Please update the schedule instead."
        )
    sp.check_trial(account, given, sub)
    method = str(given.get("collection_method", sub["collection_method"]))
    sp.check_collection(given, method=method, days=given.get("days_until_due", sub["days_until_due"]))
    resumes_at = (given.get("pause_collection") or {}).get("resumes_at")
    if isinstance(given.get("cancel_at"), int):
        account.needs_future(given["cancel_at"], sub, param="cancel_at")
    if resumes_at is not None:
        account.needs_future(resumes_at, sub, param="pause_collection[resumes_at]")


def _set_plain(sub: Json, given: Json) -> None:
    """The fields that mean nothing more than their value."""
    for name in ("collection_method", "days_until_due", "description"):
        if name in given:
            sub[name] = given[name]
    sub["metadata"] = p.merged(sub["metadata"], given.get("metadata"))
    sub["cancellation_details"] |= given.get("cancellation_details", {})
    sub["payment_settings"] |= given.get("payment_settings", {})
    sub["trial_settings"]["end_behavior"] |= given.get("trial_settings", {}).get("end_behavior", {})
    if "pause_collection" in given:
        pause = given["pause_collection"]
        sub["pause_collection"] = None if pause is None else {"resumes_at": None, **pause}


def _method(account: Account, sub: Json, name: str | None) -> str | None:
    if name is None:
        return None
    customer = account.customer(sub["customer"])
    return str(attached_method(account, name, customer, param="default_payment_method")["id"])
