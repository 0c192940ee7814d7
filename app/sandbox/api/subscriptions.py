"""Subscriptions: create, read, cancel now, pause and resume."""

from app.sandbox.account import Account
from app.sandbox.api import subscription_params as sp
from app.sandbox.lifecycle import pausing, prorating, signup
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.cards import attached_method, decline_of, default_method
from app.sandbox.lifecycle.ending import ENDED, end
from app.sandbox.lifecycle.renewal import plan
from app.sandbox.lifecycle.scheduling import schedule_end
from app.sandbox.refusal import card_declined, invalid, no_such, not_imitated
from app.sandbox.shapes import subscription as shapes
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import route

_NEW_ITEM = p.hash_of(
    price=p.filled, quantity=p.natural, metadata=p.new_metadata,
    **p.not_modelled("billing_thresholds current_trial discounts plan price_data tax_rates"),
)  # fmt: skip


@route(
    "POST", "/v1/subscriptions", sp.COMMON, customer=p.required(p.text), items=p.required(p.list_of(_NEW_ITEM)),
    currency=p.filled, trial_period_days=p.natural, cancel_at=sp.CANCEL_AT,
    billing_mode=p.hash_of(
        type=p.required(p.one_of("classic", "flexible")),
        flexible=p.hash_of(proration_discounts=p.one_of("included", "itemized")),
    ),
    **p.not_modelled("backdate_start_date billing_cycle_anchor billing_cycle_anchor_config customer_account"),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    customer = account.customer(given["customer"])
    sp.check_ends(given)
    sp.check_trial(account, given, customer)
    if isinstance(given.get("cancel_at"), int):
        account.needs_future(given["cancel_at"], customer, param="cancel_at")
    method = given.get("collection_method", "charge_automatically")
    sp.check_collection(given, method=method, days=given.get("days_until_due"))
    sub = _built(account, customer, given)
    behavior = given.get("payment_behavior", "allow_incomplete")
    _check_first_payment(account, sub, customer, behavior)
    if "cancel_at" in given or given.get("cancel_at_period_end"):
        signup.set_first_periods(sub)
        schedule_end(account, sub, given)
    signup.begin(account, sub, collect_now=behavior != "default_incomplete")
    return sub


def _built(account: Account, customer: Json, given: Json) -> Json:
    """Checked, but nothing of it is kept yet."""
    mode = given.get("billing_mode", {}).get("type", "flexible")
    now = account.now(customer)
    names = "collection_method days_until_due description"
    sub = shapes.subscription(
        account,
        now,
        billing_mode=mode,
        customer=customer["id"],
        test_clock=customer["test_clock"],
        metadata=p.merged({}, given.get("metadata")),
        **{key: given[key] for key in names.split() if key in given},
    )
    sub["items"]["data"] = _new_items(account, sub, given["items"], now)
    sub["items"]["total_count"] = len(sub["items"]["data"])
    sp.check_items(sub["items"]["data"], billing_mode=mode)
    sub["currency"] = sub["items"]["data"][0]["price"]["currency"]
    if customer["currency"] not in (None, sub["currency"]):
        raise invalid(f"You cannot combine currencies on a single customer. This customer has {customer['currency']}.")
    if name := given.get("default_payment_method"):
        card = attached_method(account, name, customer, param="default_payment_method")
        sub["default_payment_method"] = card["id"]
    sub["payment_settings"] |= given.get("payment_settings", {})
    sub["trial_settings"]["end_behavior"] |= given.get("trial_settings", {}).get("end_behavior", {})
    _set_trial(sub, given, now)
    return sub


def _new_items(account: Account, sub: Json, wanted: list[Json], now: int) -> list[Json]:
    if not 1 <= len(wanted) <= 20:
        raise invalid("Subscriptions have between 1 and 20 items.", param="items")
    items = []
    for index, it in enumerate(wanted):
        name = f"items[{index}][price]"
        if "price" not in it:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        price = sp.recurring_price(account, it["price"], param=name)
        metadata = p.merged({}, it.get("metadata"))
        items.append(shapes.item(account, sub, price, now=now, quantity=it.get("quantity", 1), metadata=metadata))
    return items


def _set_trial(sub: Json, given: Json, now: int) -> None:
    trial_end = given.get("trial_end")
    if given.get("trial_period_days"):
        trial_end = now + given["trial_period_days"] * DAY
    if isinstance(trial_end, int):
        sub |= {"trial_start": now, "trial_end": trial_end, "billing_cycle_anchor": trial_end}


def _check_first_payment(account: Account, sub: Json, customer: Json, behavior: str) -> None:
    if behavior == "pending_if_incomplete":
        raise not_imitated("payment_behavior=pending_if_incomplete", param="payment_behavior")
    due = sum(it["price"]["unit_amount"] * it["quantity"] for it in sub["items"]["data"]) + customer["balance"]
    automatic = sub["collection_method"] == "charge_automatically"
    if not automatic or sub["trial_end"] is not None or due <= 0 or behavior == "default_incomplete":
        return
    card = default_method(account, customer, sub)
    if card is None:
        message = "This customer has no attached payment source or default payment method. Please consider adding"
        raise invalid(f"{message} a default payment method.", code="resource_missing")
    decline = decline_of(account, card)
    if behavior == "error_if_incomplete" and decline is not None:
        raise card_declined(decline)


@route(
    "DELETE", "/v1/subscriptions/*", cancellation_details=sp.CANCELLATION_DETAILS, invoice_now=p.boolean,
    prorate=p.boolean,
)  # fmt: skip
def cancel(account: Account, subscription_id: str, given: Json) -> Json:
    sub = account.need("subscription", subscription_id)
    if sub["status"] in ENDED:
        raise no_such("subscription", subscription_id)
    sub["cancellation_details"] |= given.get("cancellation_details", {})
    prorate, invoice_now = given.get("prorate", False), given.get("invoice_now", False)
    prorating.leave(account, sub, prorate=prorate, invoice_now=invoice_now)
    end(account, sub, reason="cancellation_requested")
    return sub


_ANCHOR = p.hash_of(type=p.required(p.one_of("now", "unchanged")))


@route(
    "POST", "/v1/subscriptions/*/pause", type=p.one_of("subscription"),
    invoicing_behavior=p.one_of("invoice", "pending_invoice_item"),
    bill_for=p.hash_of(
        unused_time_from=p.hash_of(type=p.required(p.one_of("item_current_period_start", "none", "now"))),
        outstanding_usage_through=p.hash_of(type=p.required(p.one_of("none", "now"))),
    ),
)  # fmt: skip
def pause(account: Account, subscription_id: str, given: Json) -> Json:
    sub = account.need("subscription", subscription_id)
    pausing.pause_now(account, sub, given)
    return sub


@route(
    "POST", "/v1/subscriptions/*/resume", billing_cycle_anchor=_ANCHOR, proration_behavior=sp.PRORATION,
    payment_behavior=p.one_of("resume_on_payment_attempt", "resume_on_payment_success"), proration_date=p.integer,
)  # fmt: skip
def resume(account: Account, subscription_id: str, given: Json) -> Json:
    sub = account.need("subscription", subscription_id)
    pausing.resume_now(account, sub, given)
    plan(account, sub)
    return sub
