"""Checkout sessions: made and expired here; the customer completes them on Stripe's page."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle import checkout
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.refusal import invalid
from app.sandbox.shapes.checkout_session import checkout_session, line_item
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/checkout/sessions"


def _payment_method_types(_value: object, name: str) -> None:
    """endive: no longer writable."""
    message = f"The parameter `{name}` is no longer supported; use `allowed_payment_method_types` instead."
    raise p.refused(message, name, "payment_method_types_no_longer_supported")


_LOCALES = """
    auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR
    ro ru sk sl sv th tr vi zh zh-HK zh-TW
"""
_LINE = p.hash_of(
    price=p.filled, quantity=p.natural, metadata=p.new_metadata,
    **p.not_modelled("adjustable_quantity price_data tax_rates"),
)  # fmt: skip
_SUBSCRIPTION_DATA = p.hash_of(
    metadata=p.new_metadata, description=p.text, trial_period_days=p.natural, trial_end=p.integer,
    trial_settings=p.hash_of(
        end_behavior=p.required(
            p.hash_of(missing_payment_method=p.required(p.one_of("cancel", "create_invoice", "pause")))
        )
    ),
    billing_mode=p.hash_of(type=p.required(p.one_of("classic", "flexible"))),
    **p.not_modelled(
        "application_fee_percent billing_cycle_anchor billing_cycle_anchor_config default_tax_rates"
        " invoice_settings on_behalf_of pending_invoice_item_interval proration_behavior transfer_data"
    ),
)  # fmt: skip
_INTENT_DATA = p.hash_of(
    metadata=p.new_metadata, description=p.text, setup_future_usage=p.one_of("off_session", "on_session"),
    **p.not_modelled("application_fee_amount capture_method on_behalf_of receipt_email shipping transfer_data"),
)  # fmt: skip


@route(
    "POST", _PATH, mode=p.required(p.one_of("payment", "setup", "subscription")), success_url=p.filled,
    cancel_url=p.filled, client_reference_id=p.filled, customer=p.filled, customer_email=p.filled,
    customer_creation=p.one_of("always", "if_required"), expires_at=p.integer, line_items=p.list_of(_LINE),
    locale=p.one_of(*_LOCALES.split()), metadata=p.new_metadata, payment_intent_data=_INTENT_DATA,
    subscription_data=_SUBSCRIPTION_DATA,
    payment_method_types=_payment_method_types, payment_method_collection=p.one_of("always", "if_required"),
    **p.not_modelled(
        "adaptive_pricing after_expiration allow_promotion_codes allowed_payment_method_types automatic_tax"
        " billing_address_collection branding_settings consent_collection currency custom_fields custom_text"
        " customer_account customer_update discounts excluded_payment_method_types invoice_creation"
        " optional_items payment_method_options return_url tax_id_collection ui_mode"
    ),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    _check(account, given)
    lines = _lines(account, given["line_items"])
    recurring = [it for it in lines if it["price"]["type"] == "recurring"]
    if given["mode"] == "subscription" and not recurring:
        raise invalid("You must provide at least one recurring price in `subscription` mode.", param="line_items")
    if given["mode"] == "payment" and recurring:
        message = "You specified `payment` mode but passed a recurring price."
        raise invalid(f"{message} Either switch to `subscription` mode or use only one-time prices.", param="mode")
    data = {name: given.pop(name, {}) for name in ("subscription_data", "payment_intent_data")}
    session = _session(account, given, lines)
    account.store.add(session, [session["customer"]])
    account.checkout_data[session["id"]] = data
    for item in lines:
        account.store.add(item, [session["id"]])
    account.main.at(session["expires_at"], partial(checkout.expire, account, session))
    return session


def _session(account: Account, given: Json, lines: list[Json]) -> Json:
    names = "success_url cancel_url client_reference_id customer customer_email locale payment_method_collection"
    creation = given.get("customer_creation", "always" if given["mode"] == "subscription" else "if_required")
    return checkout_session(
        account,
        mode=given["mode"],
        total=sum(it["amount_total"] for it in lines),
        currency=lines[0]["currency"],
        customer_creation=None if "customer" in given else creation,
        expires_at=given.get("expires_at", account.now() + DAY),
        metadata=p.merged({}, given.get("metadata")),
        **{name: given[name] for name in names.split() if name in given},
    )


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, session_id: str, _given: Json) -> Json:
    return account.need("checkout.session", session_id)


@list_route(f"{_PATH}/*/line_items")
def list_lines(account: Account, session_id: str, given: Json) -> Json:
    account.need("checkout.session", session_id)
    return pages.page(account.store.of("item", session_id), given, f"{_PATH}/{session_id}/line_items")


@route("POST", f"{_PATH}/*/expire")
def expire(account: Account, session_id: str, _given: Json) -> Json:
    session = account.need("checkout.session", session_id)
    if session["status"] != "open":
        raise invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
    checkout.expire(account, session)
    return session


@list_route(
    _PATH, customer=p.filled, subscription=p.filled, payment_intent=p.filled, created=p.RANGE,
    status=p.one_of("complete", "expired", "open"), customer_details=p.hash_of(email=p.required(p.text)),
)  # fmt: skip
def list_sessions(account: Account, given: Json) -> Json:
    same = pages.equal(given, "customer", "subscription", "payment_intent", "status")
    email = given.get("customer_details", {}).get("email")
    return pages.page(
        account.store.newest_first("checkout.session"),
        given,
        _PATH,
        keep=lambda it: (
            same(it)
            and email in (None, (it["customer_details"] or {}).get("email"))
            and pages.in_range(it["created"], given.get("created"))
        ),
    )


def _check(account: Account, given: Json) -> None:
    if given["mode"] == "setup":
        raise invalid("The sandbox does not imitate `setup` mode.", param="mode", code="sandbox_not_imitated")
    for name in ("success_url", "line_items"):
        if not given.get(name):
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    if "customer" in given:
        account.customer(given["customer"])
        if "customer_email" in given or "customer_creation" in given:
            raise invalid("You may only specify one of these parameters: customer, customer_email.")
    other = {"subscription": "payment_intent_data", "payment": "subscription_data"}[given["mode"]]
    if other in given:
        raise invalid(f"You can not pass `{other}` in `{given['mode']}` mode.", param=other)
    expires = given.get("expires_at", account.now() + DAY)
    if not account.now() + 30 * 60 <= expires <= account.now() + DAY:
        raise invalid("`expires_at` must be between 30 minutes and 24 hours from now.", param="expires_at")


def _lines(account: Account, wanted: list[Json]) -> list[Json]:
    lines = []
    for index, it in enumerate(wanted):
        name = f"line_items[{index}][price]"
        if "price" not in it:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        price = account.need("price", it["price"], param=name)
        product = account.need("product", price["product"])
        lines.append(line_item(account, price, quantity=it.get("quantity", 1), name=product["name"]))
    return lines
