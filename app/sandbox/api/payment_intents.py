"""Payment intents: one-off payments, and confirming what an invoice waits for."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import crediting, holding, paying
from app.sandbox.lifecycle.cards import TOKENS, attach, method_named
from app.sandbox.lifecycle.customer_balance import SMALLEST_CHARGE
from app.sandbox.refusal import Refusal, card_declined, invalid
from app.sandbox.state.plain import Json, copied
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_ENDEAVOR: p.Spec = {
    "description": p.clearable(p.text),
    "metadata": p.metadata,
    "payment_method": p.filled,
    "receipt_email": p.clearable(p.text),
    "setup_future_usage": p.one_of("off_session", "on_session"),
    "statement_descriptor_suffix": p.clearable(p.text),
    "transfer_group": p.filled,
    "payment_details": p.hash_of(order_reference=p.text, customer_reference=p.text),
    **p.not_modelled(
        "amount_details application_fee_amount capture_method hooks payment_method_configuration"
        " payment_method_data payment_method_options shipping statement_descriptor transfer_data"
        " allowed_payment_method_types excluded_payment_method_types"
    ),
}
_CONFIRM: p.Spec = {
    "off_session": p.either(p.boolean, p.one_of("one_off", "recurring")),
    "return_url": p.filled,
    "error_on_requires_action": p.boolean,
    "use_stripe_sdk": p.boolean,
    **p.not_modelled("confirmation_token mandate mandate_data radar_options"),
}


def _payment_method_types(_value: object, name: str) -> None:
    """endive: no longer writable."""
    message = f"The parameter `{name}` is no longer supported; use `allowed_payment_method_types` instead."
    raise p.refused(message, name, "payment_method_types_no_longer_supported")


@route(
    "POST", "/v1/payment_intents", _ENDEAVOR, _CONFIRM, amount=p.required(p.integer), currency=p.required(p.text),
    metadata=p.new_metadata, **p.not_modelled("on_behalf_of"),
    capture_method=p.one_of("automatic", "automatic_async", "manual"),
    confirm=p.boolean, customer=p.filled, payment_method_types=_payment_method_types,
    automatic_payment_methods=p.hash_of(enabled=p.required(p.boolean), allow_redirects=p.one_of("always", "never")),
    confirmation_method=p.one_of("automatic", "manual"),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    if given["amount"] < SMALLEST_CHARGE:
        raise invalid("Amount must be at least $0.50 usd", param="amount", code="amount_too_small")
    for key in ("off_session", "return_url"):
        if key in given and not given.get("confirm"):
            raise invalid(f"You cannot provide `{key}` without `confirm`.", param=key)
    customer = account.customer(given["customer"])["id"] if "customer" in given else None
    method = _method(account, given.get("payment_method"), customer)
    intent = paying.open_intent(
        account,
        amount=given["amount"],
        currency=given["currency"].lower(),
        customer=customer,
        metadata=p.merged({}, given.get("metadata")),
        **_copied_fields(given),
    )
    if method is not None:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return _confirmed(account, intent, method) if given.get("confirm") else intent


@route("GET", "/v1/payment_intents/*", client_secret=p.filled)
def retrieve(account: Account, intent_id: str, _given: Json) -> Json:
    return account.need("payment_intent", intent_id)


@route("POST", "/v1/payment_intents/*", _ENDEAVOR, payment_method_types=_payment_method_types)
def update(account: Account, intent_id: str, given: Json) -> Json:
    intent = account.need("payment_intent", intent_id)
    if intent["status"] == "canceled":
        raise _unexpected(intent, "updated")
    intent["metadata"] = p.merged(intent["metadata"], given.get("metadata"))
    intent |= _copied_fields(given)
    return intent


@route(
    "POST", "/v1/payment_intents/*/confirm", _CONFIRM, payment_method=p.filled,
    payment_method_types=_payment_method_types, setup_future_usage=p.one_of("off_session", "on_session"),
)  # fmt: skip
def confirm(account: Account, intent_id: str, given: Json) -> Json:
    intent = account.need("payment_intent", intent_id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise _unexpected(intent, "confirmed")
    name = given.get("payment_method") or intent["payment_method"]
    return _confirmed(account, intent, _method(account, name, intent["customer"]))


@route(
    "POST", "/v1/payment_intents/*/cancel",
    cancellation_reason=p.one_of("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
)  # fmt: skip
def cancel(account: Account, intent_id: str, given: Json) -> Json:
    intent = account.need("payment_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled"):
        raise _unexpected(intent, "canceled")
    if any(it["is_default"] for it in account.store.of("invoice_payment", intent_id)):
        raise invalid("This PaymentIntent belongs to an invoice; void the invoice instead.")
    if intent["status"] == "requires_capture":
        holding.release(account, intent)
    paying.cancel_intent(account, intent, given.get("cancellation_reason"))
    crediting.forget_attached(account, intent)
    return intent


@list_route("/v1/payment_intents", customer=p.filled, created=p.RANGE)
def list_intents(account: Account, given: Json) -> Json:
    same = pages.equal(given, "customer")
    customer = given.get("customer")
    newest = account.store.newest_first("payment_intent")
    return pages.page(
        reversed(account.store.of("payment_intent", customer)) if customer else newest,
        given,
        "/v1/payment_intents",
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )


def _confirmed(account: Account, intent: Json, method: Json | None) -> Json:
    if method is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    customer = account.store.get("customer", intent["customer"] or "")
    if customer is not None and method["customer"] is None and intent["setup_future_usage"]:
        attach(account, method, customer)
    decline = paying.attempt(account, intent, method)
    crediting.tell_invoices(account, intent, decline)
    if decline is not None:
        raise card_declined(decline, charge=intent["latest_charge"], payment_intent=copied(intent))
    return intent


def _method(account: Account, name: str | None, customer: str | None) -> Json | None:
    if name is None:
        return None
    method = method_named(account, name, param="payment_method")
    if name not in TOKENS and method["customer"] not in (None, customer):
        raise invalid(
            "The provided PaymentMethod cannot be attached. It belongs to another Customer.", param="payment_method"
        )
    return method


def _copied_fields(given: Json) -> Json:
    names = "capture_method description receipt_email setup_future_usage statement_descriptor_suffix transfer_group"
    fields = {key: given[key] for key in names.split() if key in given}
    if "payment_details" in given:
        fields["payment_details"] = {"customer_reference": None, "order_reference": None, **given["payment_details"]}
    return fields


def _unexpected(intent: Json, verb: str) -> Refusal:
    return invalid(
        f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
    )
