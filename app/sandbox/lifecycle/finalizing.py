"""An invoice becomes final, and what may still happen to it: paid, void, uncollectible."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import customer_balance
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.paying import cancel_intent, open_intent
from app.sandbox.shapes.invoice_item import invoice_payment
from app.sandbox.state.plain import Json


def finalize(account: Account, invoice: Json, sub: Json | None = None, *, paid_by: Json | None = None) -> None:
    """Numbers the invoice and opens it; one with nothing to pay is paid at once. `paid_by` came before it."""
    customer = account.payer(invoice["customer"])
    now = account.now(invoice)
    _number(invoice, customer)
    customer_balance.use_for(account, invoice, customer)
    invoice |= {"status": "open", "effective_at": now, "automatically_finalizes_at": None}
    invoice["status_transitions"]["finalized_at"] = now
    _links(invoice)
    if sub is not None and invoice["parent"]:
        invoice["parent"]["subscription_details"]["metadata"] = dict(sub["metadata"])
    if invoice["collection_method"] == "send_invoice":
        invoice["due_date"] = now + ((sub or {}).get("days_until_due") or 30) * DAY
    account.emit("finalized", invoice)
    if invoice["amount_due"] == 0:
        settle(account, invoice)
        return
    intent = paid_by if paid_by and paid_by["amount"] == invoice["amount_due"] else _new_intent(account, invoice)
    payment = invoice_payment(account, invoice, intent, now=now)
    account.add(payment, invoice["id"], intent["id"], quietly=True)
    if invoice["collection_method"] == "send_invoice":
        account.emit("sent", invoice)


def settle(account: Account, invoice: Json, *, out_of_band: bool = False, attached: bool = False) -> None:
    """The invoice is paid: by its default payment, by credit, by nothing being due, by others, or outside Stripe."""
    now = account.now(invoice)
    payment = default_payment(account, invoice)
    if payment is not None:
        _close_payment(account, payment, invoice, paid=not out_of_band and not attached)
    charged = payment is not None and not out_of_band
    with account.changing(invoice):
        invoice["attempt_count"] += int(charged)
        invoice["receipt_number"] = _receipt(account, payment)
        invoice |= {
            "status": "paid",
            "attempted": True,
            "auto_advance": False,
            "amount_paid": invoice["amount_due"],
            "amount_remaining": 0,
            "next_payment_attempt": None,
        }
        invoice["status_transitions"]["paid_at"] = now
        invoice.pop("status_details", None)
    account.emit("paid", invoice)
    if charged:
        account.emit("payment_succeeded", invoice)


def void(account: Account, invoice: Json) -> None:
    _close_unpaid(account, invoice)
    with account.changing(invoice):
        invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
        invoice["status_transitions"]["voided_at"] = account.now(invoice)
    account.emit("voided", invoice)
    customer_balance.give_back_unused(account, invoice)


def mark_uncollectible(account: Account, invoice: Json, reason: str) -> None:
    with account.changing(invoice):
        invoice |= {"status": "uncollectible", "auto_advance": False, "next_payment_attempt": None}
        invoice["status_transitions"]["marked_uncollectible_at"] = account.now(invoice)
        invoice["status_details"] = {"uncollectible": {"reason": reason}}
    account.emit("marked_uncollectible", invoice)


def default_payment(account: Account, invoice: Json) -> Json | None:
    for payment in account.store.of("invoice_payment", invoice["id"]):
        if payment["is_default"]:
            return payment
    return None


def intent_of(account: Account, payment: Json) -> Json:
    return account.need("payment_intent", payment["payment"]["payment_intent"])


def _number(invoice: Json, customer: Json) -> None:
    invoice["number"] = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}"
    customer["next_invoice_sequence"] += 1


def _links(invoice: Json) -> None:
    invoice["hosted_invoice_url"] = f"https://invoice.stripe.com/i/sandbox/{invoice['id']}"
    invoice["invoice_pdf"] = f"https://pay.stripe.com/invoice/sandbox/{invoice['id']}/pdf"


def _new_intent(account: Account, invoice: Json) -> Json:
    return open_intent(
        account,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        description="Subscription creation"
        if invoice["billing_reason"] == "subscription_create"
        else "Subscription update",
        setup_future_usage="off_session",
    )


def _receipt(account: Account, payment: Json | None) -> str | None:
    """The number of the receipt that was sent for the payment."""
    if payment is None or payment["status"] != "paid":
        return None
    charge = account.need("charge", intent_of(account, payment)["latest_charge"])
    return charge["receipt_number"]  # type: ignore[no-any-return]


def _close_payment(account: Account, payment: Json, invoice: Json, *, paid: bool) -> None:
    if not paid:
        _close_unpaid(account, invoice)
        return
    payment |= {"status": "paid", "amount_paid": payment["amount_requested"]}
    payment["status_transitions"]["paid_at"] = account.now(invoice)
    account.emit("paid", payment)


def _close_unpaid(account: Account, invoice: Json) -> None:
    payment = default_payment(account, invoice)
    if payment is None or payment["status"] != "open":
        return
    payment["status"] = "canceled"
    payment["status_transitions"]["canceled_at"] = account.now(invoice)
    intent = intent_of(account, payment)
    if intent["status"] != "canceled":
        cancel_intent(account, intent, "void_invoice" if invoice["status"] == "open" else None)
