"""Refunds: made for a charge or a payment intent, read, annotated, and canceled while they wait for the customer."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import refunding
from app.sandbox.lifecycle.disputing import bars_refunds
from app.sandbox.refusal import Refusal, invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/refunds"


@route(
    "POST", _PATH, charge=p.filled, payment_intent=p.filled, amount=p.positive, metadata=p.metadata,
    reason=p.one_of("duplicate", "fraudulent", "requested_by_customer"),
    **p.not_modelled("currency customer instructions_email origin refund_application_fee reverse_transfer"),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    charge = _charge(account, given)
    _check_state(account, charge)
    left = refunding.refundable(charge)
    amount = given.get("amount", left)
    if amount > left:
        raise _too_large(account, charge, amount)
    metadata = p.merged({}, given.get("metadata"))
    return refunding.give_back(account, charge, amount=amount, reason=given.get("reason"), metadata=metadata)


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, refund_id: str, _given: Json) -> Json:
    return account.need("refund", refund_id)


@route("POST", f"{_PATH}/*", metadata=p.metadata)
def update(account: Account, refund_id: str, given: Json) -> Json:
    refund = account.need("refund", refund_id)
    with account.changing(refund):
        refund["metadata"] = p.merged(refund["metadata"], given.get("metadata"))
    return refund


@route("POST", f"{_PATH}/*/cancel")
def cancel(account: Account, refund_id: str, _given: Json) -> Json:
    refund = account.need("refund", refund_id)
    refunding.cancel(account, refund)
    return refund


@list_route(_PATH, charge=p.filled, payment_intent=p.filled, created=p.RANGE)
def list_refunds(account: Account, given: Json) -> Json:
    return pages.of_charge(account, "refund", given, _PATH)


def _charge(account: Account, given: Json) -> Json:
    if "charge" in given and "payment_intent" in given:
        raise invalid("You may only specify one of these parameters: charge, payment_intent.")
    if "charge" in given:
        return account.need("charge", given["charge"], param="charge")
    if "payment_intent" not in given:
        raise invalid("Missing required param: charge.", param="charge", code="parameter_missing")
    intent = account.need("payment_intent", given["payment_intent"], param="payment_intent")
    charge = account.store.get("charge", intent["latest_charge"] or "")
    if charge is None or charge["status"] != "succeeded":
        message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        raise invalid(message, code="charge_not_refundable", param="payment_intent")
    return charge


def _check_state(account: Account, charge: Json) -> None:
    name = charge["id"]
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {name} is {charge['status']} and cannot be refunded.", code="charge_not_refundable")
    if charge["refunded"]:
        raise invalid(f"Charge {name} has already been refunded.", code="charge_already_refunded")
    if not charge["captured"]:
        message = f"Charge {name} has not been captured; cancel its PaymentIntent to release the funds."
        raise invalid(message, code="charge_not_refundable")
    if bars_refunds(account, charge):
        code = account.variants.disputed_refund_code
        raise invalid(f"Charge {name} has been charged back; cannot issue a refund.", code=code)


def _too_large(account: Account, charge: Json, amount: int) -> Refusal:
    if amount > charge["amount"]:
        what, most = "charge amount", charge["amount"]
    else:
        what, most = "unrefunded amount on charge", refunding.refundable(charge)
    code = "amount_too_large" if account.variants.over_refund_has_code else None
    message = f"Refund amount (${amount / 100:.2f}) is greater than {what} (${most / 100:.2f})"
    return invalid(message, param="amount", code=code)
