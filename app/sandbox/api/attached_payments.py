"""Attaching a payment intent to an invoice that waits for money."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import attaching
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import route


@route("POST", "/v1/invoices/*/attach_payment", payment_intent=p.filled, **p.not_modelled("payment_record"))
def attach(account: Account, invoice_id: str, given: Json) -> Json:
    invoice = account.need("invoice", invoice_id)
    if "payment_intent" not in given:
        raise invalid("Missing required param: payment_intent.", param="payment_intent", code="parameter_missing")
    intent = account.need("payment_intent", given["payment_intent"], param="payment_intent")
    _check_invoice(account, invoice)
    _check_intent(account, invoice, intent)
    attaching.attach(account, invoice, intent)
    return invoice


def _check_invoice(account: Account, invoice: Json) -> None:
    if invoice["status"] != "open":
        message = f"Payments can only be attached to open invoices; this one is {invoice['status']}."
        raise invalid(message, code="invoice_not_editable")
    automatic = invoice["parent"] is not None and invoice["collection_method"] == "charge_automatically"
    if automatic and not account.variants.attaches_to_automatic_invoices:
        raise invalid("Partial payments are not supported for subscription invoices that are charged automatically.")


def _check_intent(account: Account, invoice: Json, intent: Json) -> None:
    for name in ("customer", "currency"):
        if intent[name] != invoice[name]:
            raise invalid(f"The PaymentIntent must have the same {name} as the invoice.", param="payment_intent")
    if intent["status"] == "canceled":
        raise invalid("A canceled PaymentIntent cannot be attached.", param="payment_intent")
    if account.store.of("invoice_payment", intent["id"]):
        raise invalid("This PaymentIntent already belongs to an invoice.", param="payment_intent")
    if intent["amount"] > invoice["amount_remaining"]:
        raise invalid("The PaymentIntent's amount exceeds what remains of the invoice.", param="payment_intent")
