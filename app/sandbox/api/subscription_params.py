"""What subscription endpoints take, and the checks that creating and updating share."""

from app.sandbox.account import Account
from app.sandbox.api.payment_methods import METHOD_TYPE
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p

PRORATION = p.one_of("always_invoice", "create_prorations", "none")
FEEDBACK = p.one_of(
    "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
    "too_expensive", "unused",
)  # fmt: skip
CANCELLATION_DETAILS = p.hash_of(
    comment=p.clearable(p.text), feedback=p.clearable(FEEDBACK), **p.not_modelled("feedback_option")
)
_CANCEL_ENUMS = ("max_billed_until", "max_period_end", "min_period_end")
CANCEL_AT = p.either(p.integer, p.one_of(*_CANCEL_ENUMS))
_NOT_MODELLED = p.not_modelled(
    "add_invoice_items application_fee_percent automatic_tax billing_schedules billing_thresholds"
    " default_source default_tax_rates discounts invoice_settings on_behalf_of pending_invoice_item_interval"
    " transfer_data trial_from_plan"
)
COMMON: p.Spec = {
    "cancel_at_period_end": p.boolean,
    "collection_method": p.one_of("charge_automatically", "send_invoice"),
    "days_until_due": p.natural,
    "default_payment_method": p.clearable(p.text),
    "description": p.clearable(p.text),
    "metadata": p.metadata,
    "off_session": p.boolean,
    "payment_behavior": p.one_of(
        "allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"
    ),
    "payment_settings": p.hash_of(
        save_default_payment_method=p.one_of("off", "on_subscription"),
        payment_method_types=p.clearable(p.list_of(METHOD_TYPE)),
        **p.not_modelled("payment_method_options"),
    ),
    "proration_behavior": PRORATION,
    "trial_end": p.either(p.integer, p.one_of("now")),
    "trial_settings": p.hash_of(
        end_behavior=p.required(
            p.hash_of(
                billing_cycle_anchor=p.one_of("now", "unchanged"),
                missing_payment_method=p.one_of("cancel", "create_invoice", "pause"),
            )
        )
    ),
    **_NOT_MODELLED,
}


def check_ends(given: Json) -> None:
    if "cancel_at" in given and "cancel_at_period_end" in given:
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.")


def check_trial(account: Account, given: Json, owner: Json) -> None:
    if "trial_end" in given and "trial_period_days" in given:
        raise invalid("You may only specify one of these parameters: trial_end, trial_period_days.")
    trial_end = given.get("trial_end")
    if isinstance(trial_end, int):
        now = account.now(owner)
        if trial_end <= now:
            message = "Invalid timestamp: must be an integer Unix timestamp in the future"
            raise invalid(message, param="trial_end")
        if trial_end > now + 730 * DAY:
            raise invalid("Invalid timestamp: can be no more than two years in the future", param="trial_end")


def check_collection(given: Json, *, method: str, days: int | None) -> None:
    if method == "send_invoice" and days is None:
        message = "If `collection_method` is `send_invoice`, `days_until_due` is required."
        raise invalid(message, param="days_until_due")
    if method == "charge_automatically" and given.get("days_until_due") is not None:
        raise invalid("`days_until_due` is only for `collection_method=send_invoice`.", param="days_until_due")


def recurring_price(account: Account, price_id: str, *, param: str) -> Json:
    price = account.need("price", price_id, param=param)
    if price["type"] != "recurring":
        message = "The price specified is set to `type=one_time` but this field only accepts prices with"
        raise invalid(f"{message} `type=recurring`.", param=param)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", param=param)
    return price


def check_items(items: list[Json], *, billing_mode: str) -> None:
    """Prices once each, one currency, and on classic billing one interval."""
    prices = [item["price"] for item in items]
    if len({price["id"] for price in prices}) < len(prices):
        raise invalid("You cannot add multiple subscription items with the same price.", param="items")
    if len({price["currency"] for price in prices}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", param="items")
    cycles = {(pr["recurring"]["interval"], pr["recurring"]["interval_count"]) for pr in prices}
    if billing_mode == "classic" and len(cycles) > 1:
        raise invalid("All prices on a subscription must have the same `recurring.interval` and"
                      " `recurring.interval_count`.", param="items")  # fmt: skip
