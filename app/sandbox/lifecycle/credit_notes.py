"""A credit note takes back part of an invoice: first what is still unpaid, then money or credit for what was paid."""

from dataclasses import dataclass, field

from app.sandbox.account import Account
from app.sandbox.lifecycle import customer_balance, refunding, standing
from app.sandbox.lifecycle.attaching import shrink_default
from app.sandbox.lifecycle.finalizing import settle
from app.sandbox.refusal import invalid
from app.sandbox.shapes.credit_note import credit_note, linked_refund
from app.sandbox.state.plain import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a credit note says, checked before anything is touched."""

    amount: int
    lines: list[Json]
    refund_charge: Json | None  # of which `refund_amount` is refunded on the way
    refund_amount: int = 0
    credit_amount: int = 0
    out_of_band_amount: int = 0
    refunds: list[tuple[Json, int]] = field(default_factory=list)  # that exist, with what of them counts here
    fields: Json = field(default_factory=dict)


def before_payment(invoice: Json, amount: int) -> int:
    """The part that only lowers what is still to be paid."""
    return min(amount, invoice["amount_remaining"]) if invoice["status"] == "open" else 0


def issue(account: Account, invoice: Json, terms: Terms) -> Json:
    notes = account.store.of("credit_note", invoice["id"])
    pre = before_payment(invoice, terms.amount)
    note = credit_note(account, invoice, amount=terms.amount, pre=pre, number=len(notes) + 1, **terms.fields)
    note["lines"] |= {"data": terms.lines, "total_count": len(terms.lines)}
    note["out_of_band_amount"] = terms.out_of_band_amount or None
    links = list(terms.refunds)
    if terms.refund_charge is not None:
        made = refunding.give_back(account, terms.refund_charge, amount=terms.refund_amount)
        links.append((made, terms.refund_amount))
    note["refunds"] = [linked_refund(refund, amount) for refund, amount in links]
    _credit(account, invoice, note, terms.credit_amount)
    account.add(note, invoice["id"], invoice["customer"])
    _lower(account, invoice, pre=pre, post=terms.amount - pre)
    return note


def void(account: Account, note: Json) -> None:
    invoice = account.need("invoice", note["invoice"])
    if note["status"] == "void":
        raise invalid("This credit note is already void.")
    if invoice["status"] != "open" or note["post_payment_amount"]:
        raise invalid("Only credit notes of open invoices that returned no money can be voided.")
    with account.changing(note):
        note |= {"status": "void", "voided_at": account.now(invoice)}
    account.emit("voided", note)
    _lower(account, invoice, pre=-note["pre_payment_amount"], post=0)


def _credit(account: Account, invoice: Json, note: Json, amount: int) -> None:
    written = customer_balance.change(
        account,
        account.payer(invoice["customer"]),
        -amount,
        kind="credit_note",
        currency=invoice["currency"],
        credit_note=note["id"],
        invoice=invoice["id"],
    )
    note["customer_balance_transaction"] = written["id"] if written else None


def _lower(account: Account, invoice: Json, *, pre: int, post: int) -> None:
    with account.changing(invoice):
        invoice["amount_due"] -= pre
        invoice["amount_remaining"] -= pre
        invoice["pre_payment_credit_notes_amount"] += pre
        invoice["post_payment_credit_notes_amount"] += post
    if not pre:
        return
    if invoice["amount_remaining"]:
        shrink_default(account, invoice)
    else:
        settle(account, invoice, out_of_band=True)
        standing.invoice_paid(account, invoice)
