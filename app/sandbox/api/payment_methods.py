"""Payment methods: the test cards, attached and detached."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.cards import attach, method_named
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

METHOD_TYPE = p.one_of("card", "link", "paypal", "sepa_debit", "us_bank_account")  # Stripe knows many more


@route("GET", "/v1/payment_methods/*")
def retrieve(account: Account, method_id: str, _given: Json) -> Json:
    return method_named(account, method_id, param=None)


@route("POST", "/v1/payment_methods/*", metadata=p.metadata, **p.not_modelled("allow_redisplay billing_details card"))
def update(account: Account, method_id: str, given: Json) -> Json:
    method = method_named(account, method_id, param=None)
    if method["customer"] is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    with account.changing(method):
        method["metadata"] = p.merged(method["metadata"], given.get("metadata"))
    return method


@route("POST", "/v1/payment_methods/*/attach", customer=p.required(p.text))
def attach_method(account: Account, method_id: str, given: Json) -> Json:
    customer = account.customer(given["customer"])
    method = method_named(account, method_id, param=None)
    attach(account, method, customer)
    return method


@route("POST", "/v1/payment_methods/*/detach")
def detach(account: Account, method_id: str, _given: Json) -> Json:
    method = method_named(account, method_id, param=None)
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    customer = account.customer(method["customer"])
    method["customer"] = None
    account.emit("detached", method, {"customer": customer["id"]})
    if customer["invoice_settings"]["default_payment_method"] == method["id"]:
        with account.changing(customer):
            customer["invoice_settings"]["default_payment_method"] = None
    return method


@list_route("/v1/payment_methods", customer=p.filled, type=METHOD_TYPE, **p.not_modelled("allow_redisplay"))
def list_methods(account: Account, given: Json) -> Json:
    if "customer" in given:
        account.customer(given["customer"])
        candidates = list(reversed(account.store.of("payment_method", given["customer"])))
    else:
        candidates = list(account.store.newest_first("payment_method"))
    keep = pages.equal(given, "customer", "type")
    return pages.page(candidates, given, "/v1/payment_methods", keep=keep)


@list_route("/v1/customers/*/payment_methods", type=METHOD_TYPE)
def list_of_customer(account: Account, customer_id: str, given: Json) -> Json:
    account.customer(customer_id, param=None)
    return list_methods(account, given | {"customer": customer_id})
