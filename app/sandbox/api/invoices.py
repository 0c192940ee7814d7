"""Invoices: read, pay, void, finalize, mark uncollectible, stop collecting."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import charging, finalizing, standing
from app.sandbox.lifecycle.cards import default_method, method_named
from app.sandbox.lifecycle.renewal import finalize_at, let_finalize
from app.sandbox.refusal import Refusal, card_declined, invalid
from app.sandbox.state.plain import Json, copied
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import deletion_route, list_route, route


@route("GET", "/v1/invoices/*")
def retrieve(account: Account, invoice_id: str, _given: Json) -> Json:
    return account.need("invoice", invoice_id)


@list_route(
    "/v1/invoices", customer=p.filled, subscription=p.filled, created=p.RANGE, due_date=p.RANGE,
    status=p.one_of("draft", "open", "paid", "uncollectible", "void"),
    collection_method=p.one_of("charge_automatically", "send_invoice"), **p.not_modelled("customer_account"),
)  # fmt: skip
def list_invoices(account: Account, given: Json) -> Json:
    parent = given.get("subscription") or given.get("customer")
    for kind in ("customer", "subscription"):
        if kind in given:
            account.need(kind, given[kind], param=kind)
    candidates = reversed(account.store.of("invoice", parent)) if parent else account.store.newest_first("invoice")
    same = pages.equal(given, "customer", "status", "collection_method")
    return pages.page(
        candidates,
        given,
        "/v1/invoices",
        keep=lambda it: (
            same(it)
            and pages.in_range(it["created"], given.get("created"))
            and pages.in_range(it["due_date"], given.get("due_date"))
        ),
    )


@list_route("/v1/invoices/*/lines")
def list_lines(account: Account, invoice_id: str, given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    return pages.page(invoice["lines"]["data"], given, f"/v1/invoices/{invoice_id}/lines")


@route(
    "POST", "/v1/invoices/*", auto_advance=p.boolean, automatically_finalizes_at=p.integer,
    default_payment_method=p.clearable(p.text), description=p.clearable(p.text), footer=p.clearable(p.text),
    metadata=p.metadata,
    **p.not_modelled(
        "account_tax_ids application_fee_amount automatic_tax collection_method custom_fields days_until_due"
        " default_source default_tax_rates discounts due_date effective_at issuer number on_behalf_of"
        " payment_settings rendering shipping_cost shipping_details statement_descriptor transfer_data"
    ),
)  # fmt: skip
def update(account: Account, invoice_id: str, given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    editable = given.keys() <= {"auto_advance", "metadata", "default_payment_method"}
    if invoice["status"] != "draft" and not editable:
        raise invalid("Finalized invoices can't be updated in this way.", code="invoice_not_editable")
    if invoice["status"] in ("paid", "void") and "auto_advance" in given:
        raise _wrong_status(invoice, "updated with auto_advance")
    when = given.pop("automatically_finalizes_at", None)
    given["metadata"] = p.merged(invoice["metadata"], given.get("metadata"))
    was_advancing = invoice["auto_advance"]
    with account.changing(invoice):
        invoice |= given
        _advance(account, invoice, when, begins=not was_advancing)
    return invoice


def _advance(account: Account, invoice: Json, when: int | None, *, begins: bool) -> None:
    if not invoice["auto_advance"]:
        invoice |= {"automatically_finalizes_at": None, "next_payment_attempt": None}
    elif invoice["status"] == "draft" and when is not None:
        account.needs_future(when, invoice, param="automatically_finalizes_at")
        finalize_at(account, invoice, when)
    elif invoice["status"] == "draft" and begins:
        let_finalize(account, invoice)


@deletion_route("/v1/invoices/*")
def delete(account: Account, invoice_id: str, _given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if invoice["status"] != "draft" or invoice["parent"] is not None:
        raise invalid("You can only delete draft invoices that are not of a subscription; void it once it is final.")
    account.store.remove(invoice)
    account.emit("deleted", invoice)
    return {"id": invoice_id, "object": "invoice", "deleted": True}


@route("POST", "/v1/invoices/*/finalize", auto_advance=p.boolean)
def finalize(account: Account, invoice_id: str, given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if invoice["status"] != "draft":
        raise invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.")
    invoice["auto_advance"] = given.get("auto_advance", invoice["auto_advance"])
    charging.finalize_and_collect(account, invoice)
    return invoice


@route(
    "POST", "/v1/invoices/*/pay", paid_out_of_band=p.boolean, payment_method=p.filled, off_session=p.boolean,
    forgive=p.boolean, **p.not_modelled("mandate source"),
)  # fmt: skip
def pay(account: Account, invoice_id: str, given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid")
    if invoice["status"] == "void":
        raise _wrong_status(invoice, "paid")
    if invoice["status"] == "draft":
        finalizing.finalize(account, invoice, standing.subscription_of(account, invoice))
        if invoice["status"] == "paid":
            standing.invoice_paid(account, invoice)
            return invoice
    if given.get("paid_out_of_band"):
        charging.paid(account, invoice, out_of_band=True)
        return invoice
    _pay_by_card(account, invoice, given.get("payment_method"))
    return invoice


def _pay_by_card(account: Account, invoice: Json, name: str | None) -> None:
    customer = account.payer(invoice["customer"])
    sub = standing.subscription_of(account, invoice)
    if name is not None:
        method: Json | None = method_named(account, name, param="payment_method")
    else:
        method = default_method(account, customer, invoice, sub)
    if method is None:
        message = "There is no `default_payment_method` set on this Customer or Invoice. Please provide one."
        raise invalid(message, code="resource_missing")
    decline = charging.collect(account, invoice, method)
    if decline is not None:
        payment = finalizing.default_payment(account, invoice)
        intent = finalizing.intent_of(account, payment) if payment else {}
        raise card_declined(decline, charge=intent.get("latest_charge"), payment_intent=copied(intent))


@route("POST", "/v1/invoices/*/void")
def void(account: Account, invoice_id: str, _given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if invoice["status"] not in ("open", "uncollectible"):
        raise _wrong_status(invoice, "voided")
    _check_attached(account, invoice, "open", "paid")
    finalizing.void(account, invoice)
    return invoice


@route("POST", "/v1/invoices/*/mark_uncollectible")
def mark_uncollectible(account: Account, invoice_id: str, _given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if invoice["status"] != "open":
        raise _wrong_status(invoice, "marked uncollectible")
    _check_attached(account, invoice, "open")
    finalizing.mark_uncollectible(account, invoice, "user_forgiven")
    return invoice


def _check_attached(account: Account, invoice: Json, *statuses: str) -> None:
    payments = account.store.of("invoice_payment", invoice["id"])
    if any(not it["is_default"] and it["status"] in statuses for it in payments):
        raise invalid("This invoice has payments attached to it.", code="invoice_not_editable")


def _wrong_status(invoice: Json, verb: str) -> Refusal:
    return invalid(f"This invoice cannot be {verb}: its status is {invoice['status']}.", code="invoice_not_editable")
