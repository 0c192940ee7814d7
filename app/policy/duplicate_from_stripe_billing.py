"""Stripe's invoices, invoice payments and subscriptions as facts of a payment that may be a duplicate."""

from collections.abc import Sequence
from decimal import Decimal

from app.policy.access_from_stripe import bills_subscription
from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_credit import overpayment_credit
from app.policy.duplicate_facts import InvoiceLink, PaidInvoice, PaidLine, PaidSubscription
from app.policy.instants import from_epoch, stripe_instant
from app.policy.stripe_body import Body, exact, is_truncated, listed, number, part, reference, text

_RENEWING = frozenset({"active", "trialing"})
_BILLING_CREDIT = "credit_balance_transaction"


def invoice_link(body: Body) -> InvoiceLink:
    paid_by = part(body, "payment")
    kinds = ("payment_intent", "charge", "payment_record")
    return InvoiceLink(
        invoice=reference(body.get("invoice")) or "",
        payment=next((found for kind in kinds if (found := reference(paid_by.get(kind)))), None),
        kind=text(paid_by.get("type")) or "",
        status=text(body.get("status")) or "",
        amount_paid=number(body.get("amount_paid")),
    )


def paid_invoice(body: Body, bodies: PaymentBodies, links: Sequence[InvoiceLink]) -> PaidInvoice:
    invoice = reference(body) or ""
    embedded = [invoice_link(row) for row in listed(body.get("payments"))]
    payments = tuple(link for link in (links or embedded) if link.invoice == invoice)
    metered = _metered_items(bodies.subscription)
    return PaidInvoice(
        invoice=invoice,
        status=text(body.get("status")) or "",
        subscription=bills_subscription(body),
        billing_reason=text(body.get("billing_reason")),
        amount_overpaid=number(body.get("amount_overpaid")),
        off_stripe=_is_paid_elsewhere(body, payments),
        credit_note=_has_credit_note(body, bodies.credit_notes),
        credit_funded=_is_credit_funded(body, bodies.balance_transactions),
        payments=payments,
        lines=()
        if is_truncated(body.get("lines"))
        else tuple(_line(row, metered) for row in listed(body.get("lines"))),
        credit=overpayment_credit(
            invoice, text(body.get("currency")) or "", bodies.balance_transactions, customer=bodies.customer
        ),
    )


def paid_subscription(body: Body) -> PaidSubscription:
    items = [] if is_truncated(body.get("items")) else listed(body.get("items"))
    metadata = ((key, value) for key, value in part(body, "metadata").items() if isinstance(value, str))
    return PaidSubscription(
        subscription=reference(body) or "",
        created=stripe_instant(body.get("created")) or from_epoch(0),
        renews=_renews(body),
        items=tuple(sorted((_sold(item) for item in items), key=repr)),
        metadata=tuple(sorted(metadata)),
    )


def _renews(body: Body) -> bool:
    ends = body.get("cancel_at_period_end") is True or body.get("cancel_at") is not None or body.get("ended_at")
    return body.get("status") in _RENEWING and not ends and body.get("pause_collection") is None


def _sold(item: Body) -> tuple[str, Decimal | None]:
    return reference(item.get("price")) or reference(item.get("plan")) or "", exact(item.get("quantity"))


def _is_paid_elsewhere(body: Body, payments: Sequence[InvoiceLink]) -> bool:
    recorded = any(link.kind == "payment_record" and link.status == "paid" for link in payments)
    return recorded or number(body.get("amount_paid_off_stripe")) > 0 or body.get("paid_out_of_band") is True


def _has_credit_note(body: Body, credit_notes: Sequence[Body]) -> bool:
    counted = ("post_payment_credit_notes_amount", "pre_payment_credit_notes_amount")
    return any(number(body.get(name)) > 0 for name in counted) or any(
        reference(note.get("invoice")) == reference(body) and note.get("status") != "void" for note in credit_notes
    )


def _is_credit_funded(body: Body, transactions: Sequence[Body]) -> bool:
    """Whether the customer's balance or a billing credit paid a part of it."""
    start = number(body.get("starting_balance"))
    rows = (
        body.get("total_pretax_credit_amounts"),
        *(row.get("pretax_credit_amounts") for row in listed(body.get("lines"))),
    )
    return (
        (start < 0 and body.get("ending_balance") != start)
        or any(each.get("type") == _BILLING_CREDIT for row in rows for each in listed(row))
        or any(_pays(each) == reference(body) for each in transactions)
    )


def _pays(transaction: Body) -> str | None:
    applied = transaction.get("type") == "applied_to_invoice" and number(transaction.get("amount")) > 0
    return reference(transaction.get("invoice")) if applied else None


def _metered_items(subscription: Body | None) -> frozenset[str]:
    items = listed((subscription or {}).get("items"))
    metered = (reference(item) for item in items if _is_metered(item.get("price") or item.get("plan")))
    return frozenset(item for item in metered if item)


def _is_metered(price: object) -> bool:
    recurring = part({"price": price}, "price", "recurring") or part({"price": price}, "price")
    return recurring.get("usage_type") == "metered"


def _line(row: Body, metered: frozenset[str]) -> PaidLine:
    sold = part(row, "parent", "subscription_item_details") or part(row, "parent", "invoice_item_details") or row
    price = part(row, "pricing", "price_details").get("price") or row.get("price") or row.get("plan")
    quantity = row.get("quantity_decimal")
    item = reference(sold.get("subscription_item"))
    return PaidLine(
        item=item,
        price=reference(price),
        quantity=exact(row.get("quantity") if quantity is None else quantity),
        start=stripe_instant(part(row, "period").get("start")),
        end=stripe_instant(part(row, "period").get("end")),
        proration=sold.get("proration") is True or row.get("proration") is True,
        usage=item in metered or _is_metered(price),
    )
