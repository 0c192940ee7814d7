"""Credit notes and their lines."""

from app.sandbox.account import Account
from app.sandbox.shapes.subscription import listed
from app.sandbox.state.plain import Json, nulls


def credit_note(account: Account, invoice: Json, *, amount: int, pre: int, number: int, **given: object) -> Json:
    note_id = account.ids.new("cn")
    post = amount - pre
    now = account.now(invoice)
    return {
        "id": note_id,
        "object": "credit_note",
        **nulls(
            "customer_account customer_balance_transaction memo out_of_band_amount reason shipping_cost"
            " total_taxes voided_at"
        ),
        "amount": amount,
        "amount_shipping": 0,
        "created": now,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "discount_amount": 0,
        "discount_amounts": [],
        "effective_at": now,
        "invoice": invoice["id"],
        "lines": listed([], f"/v1/credit_notes/{note_id}/lines"),
        "livemode": account.livemode,
        "metadata": {},
        "number": f"{invoice['number']}-CN-{number:02d}",
        "pdf": f"https://pay.stripe.com/credit_notes/sandbox/{note_id}/pdf",
        "post_payment_amount": post,
        "pre_payment_amount": pre,
        "pretax_credit_amounts": [],
        "refunds": [],
        "status": "issued",
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": amount,
        "total_excluding_tax": amount,
        "type": "mixed" if pre and post else "pre_payment" if pre else "post_payment",
        **given,
    }


def credit_note_line(account: Account, *, amount: int, kind: str, quantity: int | None, **given: object) -> Json:
    return {
        "id": account.ids.new("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": None,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": account.livemode,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": [],
        "type": kind,
        "unit_amount": None,
        "unit_amount_decimal": None,
        **given,
    }


def linked_refund(refund: Json, amount: int) -> Json:
    return {"amount_refunded": amount, "payment_record_refund": None, "refund": refund["id"], "type": "refund"}
