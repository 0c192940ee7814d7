"""Test cards: which payment methods exist, and which of them decline."""

from typing import Final

from app.sandbox.account import Account
from app.sandbox.refusal import card_declined, invalid, no_such
from app.sandbox.shapes.customer import card_payment_method
from app.sandbox.state.plain import Json

# token -> (last four digits, decline code of a charge)
TOKENS: Final[dict[str, tuple[str, str | None]]] = {
    "pm_card_visa": ("4242", None),
    "pm_card_mastercard": ("4444", None),
    "pm_card_chargeCustomerFail": ("0341", "generic_decline"),
}
_REFUSED_ON_ATTACH: Final = {
    "pm_card_chargeDeclined": "generic_decline",
    "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds",
}


def method_named(account: Account, name: str, *, param: str | None) -> Json:
    """A stored payment method, or a fresh one if a test token is named."""
    if decline := _REFUSED_ON_ATTACH.get(name):
        raise card_declined(decline, param=param)
    if name in TOKENS:
        last4, decline_code = TOKENS[name]
        method = card_payment_method(account, last4)
        if decline_code is not None:
            account.declining[method["id"]] = decline_code
        return account.add(method, quietly=True)
    found = account.store.get("payment_method", name)
    if found is None:
        raise no_such("PaymentMethod", name, param=param or "payment_method", status=400 if param else 404)
    return found


def attach(account: Account, method: Json, customer: Json) -> None:
    if method["customer"] == customer["id"]:
        return
    if method["customer"] is not None:
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    method["customer"] = customer["id"]
    account.store.link(method, customer["id"])
    account.emit("attached", method)


def attached_method(account: Account, name: str, customer: Json, *, param: str) -> Json:
    """For parameters that want a payment method of this customer; a test token is attached on the way."""
    if name in TOKENS:
        method = method_named(account, name, param=param)
        attach(account, method, customer)
        return method
    found = account.store.get("payment_method", name)
    if found is None or found["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {name}."
            " The payment method must be attached to the customer.",
            param=param,
            code="resource_missing",
        )
    return found


def default_method(account: Account, customer: Json, *owners: Json | None) -> Json | None:
    """The payment method that automatic collection uses: the owners' (invoice, subscription), else the customer's."""
    named = [owner["default_payment_method"] for owner in owners if owner]
    named.append(customer["invoice_settings"]["default_payment_method"])
    for name in filter(None, named):
        method = account.store.get("payment_method", name)
        if method is not None and method["customer"] == customer["id"]:
            return method
    return None


def decline_of(account: Account, method: Json) -> str | None:
    return account.declining.get(method["id"])
