"""Invoices, their lines, pending invoice items and invoice payments."""

from app.sandbox.account import Account
from app.sandbox.shapes.subscription import listed
from app.sandbox.state.plain import Json, nulls

_COPIED = "address email name phone shipping tax_exempt"
_AMOUNTS = (
    "amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count"
    " post_payment_credit_notes_amount pre_payment_credit_notes_amount subtotal subtotal_excluding_tax"
    " total total_excluding_tax"
)


def invoice(account: Account, customer: Json, now: int, *, sub: Json | None, **given: object) -> Json:
    invoice_id = account.ids.new("in")
    return {
        "id": invoice_id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Sandbox Inc",
        **nulls(
            "account_tax_ids application automatically_finalizes_at custom_fields customer_account"
            " default_payment_method default_source description due_date effective_at ending_balance footer"
            " from_invoice hosted_invoice_url invoice_pdf last_finalization_error latest_revision"
            " next_payment_attempt number on_behalf_of receipt_number rendering shipping_cost"
            " shipping_details statement_descriptor webhooks_delivered_at"
        ),
        **dict.fromkeys(_AMOUNTS.split(), 0),
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {"enabled": False, **nulls("disabled_reason liability provider status")},
        "collection_method": sub["collection_method"] if sub else "charge_automatically",
        "created": now,
        "currency": sub["currency"] if sub else customer["currency"] or "usd",
        **_customer_fields(customer),
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": listed([], f"/v1/invoices/{invoice_id}/lines"),
        "livemode": account.livemode,
        "metadata": {},
        "parent": _parent(sub),
        "payment_settings": nulls("default_mandate payment_method_options payment_method_types"),
        "period_end": now,
        "period_start": now,
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": nulls("finalized_at marked_uncollectible_at paid_at voided_at"),
        "test_clock": customer["test_clock"],
        **{key: [] for key in ("total_discount_amounts", "total_pretax_credit_amounts", "total_taxes")},
        **given,
    }


def as_upcoming(account: Account, preview: Json) -> Json:
    """As `invoice.upcoming` tells it: nothing that can be looked up, so neither it nor its lines have a real id."""
    lines = [ln | {"id": account.ids.new("il_tmp"), "invoice": None} for ln in preview["lines"]["data"]]
    upcoming = preview | {
        "id": account.ids.new("upcoming_in"),
        "lines": listed(lines, "/v1/invoices/upcoming/lines"),
    }
    match account.variants.upcoming_invoice_id:
        case "absent":
            del upcoming["id"]
        case "null":
            upcoming["id"] = None
    return upcoming


def _customer_fields(customer: Json) -> Json:
    copies = {f"customer_{key}": customer[key] for key in _COPIED.split()}
    return {"customer": customer["id"], "customer_tax_ids": [], **copies}


def _parent(sub: Json | None) -> Json | None:
    if sub is None:
        return None
    details = {"metadata": dict(sub["metadata"]), "subscription": sub["id"]}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def line(
    account: Account, invoice: Json, *, amount: int, description: str, period: Json, price: Json,
    quantity: int | None, parent: Json, metadata: Json,
) -> Json:  # fmt: skip
    subscription_details = parent[parent["type"]] if parent["type"] else None
    return {
        "id": account.ids.new("il"),
        "object": "line_item",
        "amount": amount,
        "currency": invoice["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": account.livemode,
        "metadata": dict(metadata),
        "parent": parent,
        "period": dict(period),
        "pretax_credit_amounts": [],
        "pricing": pricing(price),
        "quantity": quantity,
        "quantity_decimal": None if quantity is None else str(quantity),
        "subscription": subscription_details["subscription"] if subscription_details else None,
        "subtotal": amount,
        "taxes": [],
    }


def pricing(price: Json) -> Json:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


def item_parent(sub: Json, item: Json) -> Json:
    """A line for a subscription item's own period."""
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": sub["id"],
            "subscription_item": item["id"],
        },
        "type": "subscription_item_details",
    }
