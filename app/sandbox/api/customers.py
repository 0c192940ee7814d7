"""Customers."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import customer_balance
from app.sandbox.lifecycle.cards import attach, attached_method, method_named
from app.sandbox.lifecycle.deleting import forget_customer
from app.sandbox.refusal import invalid, no_such
from app.sandbox.shapes import customer as shapes
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import deletion_route, list_route, route

_ADDRESS = p.hash_of(**dict.fromkeys(shapes.NO_ADDRESS.split(), p.text))
_FIELDS: p.Spec = {
    **dict.fromkeys(["email", "name", "phone", "description"], p.clearable(p.text)),
    "address": p.clearable(_ADDRESS),
    "balance": p.integer,
    "invoice_prefix": p.filled,
    "invoice_settings": p.hash_of(
        default_payment_method=p.clearable(p.text),
        footer=p.clearable(p.text),
        **p.not_modelled("custom_fields rendering_options"),
    ),
    "metadata": p.metadata,
    "preferred_locales": p.list_of(p.filled),
    "tax_exempt": p.one_of("exempt", "none", "reverse"),
    **p.not_modelled("business_name cash_balance individual_name next_invoice_sequence shipping source tax validate"),
}


@route("POST", "/v1/customers", _FIELDS, payment_method=p.filled, test_clock=p.filled, **p.not_modelled("tax_id_data"))
def create(account: Account, given: Json) -> Json:
    clock = given.pop("test_clock", None)
    if clock is not None:
        _check_clock(account, clock)
    method_name = given.pop("payment_method", None)
    method = method_named(account, method_name, param="payment_method") if method_name else None
    settings = given.pop("invoice_settings", {})
    metadata = p.merged({}, given.pop("metadata", None))
    now = account.now({"test_clock": clock})
    made = shapes.customer(account, now, **given, metadata=metadata, test_clock=clock)
    if method is not None:
        attach(account, method, made)
    _set_invoice_settings(account, made, settings)
    account.add(made, clock)
    _note_balance(account, made, made["balance"], "initial")
    return made


@route("GET", "/v1/customers/*")
def retrieve(account: Account, customer_id: str, _given: Json) -> Json:
    return account.deleted_customers.get(customer_id) or account.need("customer", customer_id)


@route("POST", "/v1/customers/*", _FIELDS, **p.not_modelled("default_source"))
def update(account: Account, customer_id: str, given: Json) -> Json:
    customer = account.customer(customer_id, param=None)
    settings = given.pop("invoice_settings", {})
    if name := settings.get("default_payment_method"):
        settings["default_payment_method"] = _own_method(account, customer, name)
    metadata = p.merged(customer["metadata"], given.pop("metadata", None))
    before = customer["balance"]
    with account.changing(customer):
        customer |= {**given, "metadata": metadata}
        customer["invoice_settings"] |= settings
    _note_balance(account, customer, customer["balance"] - before, "adjustment")
    return customer


@deletion_route("/v1/customers/*")
def delete(account: Account, customer_id: str, _given: Json) -> Json:
    """Ends the subscriptions at once; the id then only ever says that it was deleted."""
    customer = account.customer(customer_id, param=None)
    forget_customer(account, customer)
    return account.deleted_customers[customer_id]


@list_route("/v1/customers", created=p.RANGE, email=p.filled, test_clock=p.filled)
def list_customers(account: Account, given: Json) -> Json:
    clock = given.get("test_clock")
    same = pages.equal(given, "email")

    def keep(customer: Json) -> bool:
        return (
            customer["test_clock"] == clock
            and same(customer)
            and pages.in_range(customer["created"], given.get("created"))
        )

    return pages.page(account.store.newest_first("customer"), given, "/v1/customers", keep=keep)


def _note_balance(account: Account, customer: Json, amount: int, kind: str) -> None:
    if amount:
        customer_balance.note(account, customer, amount, kind=kind, currency=customer["currency"] or "usd")


def _set_invoice_settings(account: Account, customer: Json, settings: Json) -> None:
    if name := settings.get("default_payment_method"):
        settings["default_payment_method"] = _own_method(account, customer, name)
    customer["invoice_settings"] |= settings


def _own_method(account: Account, customer: Json, name: str) -> str:
    param = "invoice_settings[default_payment_method]"
    return str(attached_method(account, name, customer, param=param)["id"])


def _check_clock(account: Account, clock: str) -> None:
    if account.store.get("test_helpers.test_clock", clock) is None:
        raise no_such("testclock", clock, param="test_clock", status=400)
    if len(account.store.of("customer", clock)) >= 3:
        raise invalid("A test clock holds at most 3 customers.", param="test_clock")
