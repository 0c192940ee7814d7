"""Charges and invoice payments; nothing of a charge can be changed but what is said about it."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.paying import receipt_number
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route


@route("GET", "/v1/charges/*")
def retrieve_charge(account: Account, charge_id: str, _given: Json) -> Json:
    return account.need("charge", charge_id)


@route(
    "POST", "/v1/charges/*", description=p.text, metadata=p.metadata, receipt_email=p.filled,
    fraud_details=p.hash_of(user_report=p.required(p.one_of("fraudulent", "safe"))),
    transfer_group=p.filled, **p.not_modelled("customer shipping"),
)  # fmt: skip
def update_charge(account: Account, charge_id: str, given: Json) -> Json:
    """A receipt goes to the address at once, and only then the charge has a receipt number."""
    charge = account.need("charge", charge_id)
    given["metadata"] = p.merged(charge["metadata"], given.get("metadata"))
    report = given.pop("fraud_details", None)
    with account.changing(charge):
        charge |= given
        if report is not None:
            charge["fraud_details"] = report
        if "receipt_email" in given and charge["paid"]:
            charge["receipt_number"] = charge["receipt_number"] or receipt_number(account)
    return charge


@list_route("/v1/charges", customer=p.filled, payment_intent=p.filled, created=p.RANGE, transfer_group=p.filled)
def list_charges(account: Account, given: Json) -> Json:
    same = pages.equal(given, "customer", "payment_intent", "transfer_group")
    parent = given.get("payment_intent") or given.get("customer")
    return pages.page(
        reversed(account.store.of("charge", parent)) if parent else account.store.newest_first("charge"),
        given,
        "/v1/charges",
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )


@route("GET", "/v1/invoice_payments/*")
def retrieve_payment(account: Account, payment_id: str, _given: Json) -> Json:
    return account.need("invoice_payment", payment_id)


@list_route(
    "/v1/invoice_payments", invoice=p.filled, created=p.RANGE, status=p.one_of("canceled", "open", "paid"),
    payment=p.hash_of(
        type=p.required(p.one_of("payment_intent", "payment_record")), payment_intent=p.filled,
        payment_record=p.filled,
    ),
)  # fmt: skip
def list_payments(account: Account, given: Json) -> Json:
    same, intent = pages.equal(given, "status"), _intent(given.get("payment"))
    if "invoice" in given:
        account.need("invoice", given["invoice"], param="invoice")
        candidates = list(reversed(account.store.of("invoice_payment", given["invoice"])))
    elif intent is not None:
        candidates = list(reversed(account.store.of("invoice_payment", intent)))
    else:
        candidates = list(account.store.newest_first("invoice_payment"))

    def keep(payment: Json) -> bool:
        of_intent = intent is None or payment["payment"].get("payment_intent") == intent
        return same(payment) and of_intent and pages.in_range(payment["created"], given.get("created"))

    return pages.page(candidates, given, "/v1/invoice_payments", keep=keep)


def _intent(payment: Json | None) -> str | None:
    if payment is None:
        return None
    if payment["type"] not in payment:
        name = f"payment[{payment['type']}]"
        raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    return str(payment[payment["type"]])
