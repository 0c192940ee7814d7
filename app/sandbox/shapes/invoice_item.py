"""Pending invoice items (prorations), and the payments that settle an invoice."""

from app.sandbox.account import Account
from app.sandbox.shapes.invoice import pricing
from app.sandbox.state.plain import Json


def proration_item(
    account: Account, sub: Json, item: Json, *, amount: int, description: str, period: Json, now: int
) -> Json:
    return {
        "id": account.ids.new("ii"),
        "object": "invoiceitem",
        "amount": amount,
        "currency": sub["currency"],
        "customer": sub["customer"],
        "customer_account": None,
        "date": now,
        "description": description,
        "discountable": False,
        "discounts": [],
        "invoice": None,
        "livemode": account.livemode,
        "metadata": {},
        "net_amount": amount,
        "parent": {
            "subscription_details": {"subscription": sub["id"], "subscription_item": item["id"]},
            "type": "subscription_details",
        },
        "period": dict(period),
        "pricing": pricing(item["price"]),
        "proration": True,
        "proration_details": {"credited_items": None, "discount_amounts": []},
        "quantity": item["quantity"] or 1,
        "quantity_decimal": str(item["quantity"] or 1),
        "tax_rates": [],
        "test_clock": sub["test_clock"],
    }


def proration_parent(pending: Json) -> Json:
    """A line that a pending proration became."""
    details = pending["parent"]["subscription_details"]
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": pending["id"],
            "proration": True,
            "proration_details": {"credited_items": None},
            "subscription": details["subscription"],
            "subscription_item": details["subscription_item"],
        },
        "type": "subscription_item_details",
    }


def invoice_payment(account: Account, invoice: Json, intent: Json, *, now: int, is_default: bool = True) -> Json:
    return {
        "id": account.ids.new("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": intent["amount"],
        "created": now,
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": is_default,
        "livemode": account.livemode,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
