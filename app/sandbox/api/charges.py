"""Charges and invoice payments, which are only read."""

from app.sandbox.account import Account
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route


@route("GET", "/v1/charges/*")
def retrieve_charge(account: Account, charge_id: str, _given: Json) -> Json:
    return account.need("charge", charge_id)


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
