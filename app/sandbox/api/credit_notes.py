"""Credit notes: issued for an invoice, read, annotated, and voided while the invoice is open."""

from app.sandbox.account import Account
from app.sandbox.api.credit_note_lines import LINE, lines_of
from app.sandbox.lifecycle import credit_notes, creditable, refunding
from app.sandbox.lifecycle.credit_notes import Terms
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/credit_notes"
_REFUND = p.hash_of(
    refund=p.required(p.text), amount_refunded=p.positive, type=p.one_of("refund"),
    **p.not_modelled("payment_record_refund"),
)  # fmt: skip


@route(
    "POST", _PATH, invoice=p.required(p.text), amount=p.positive, lines=p.list_of(LINE), memo=p.text,
    metadata=p.new_metadata, refund_amount=p.natural, refunds=p.list_of(_REFUND), credit_amount=p.natural,
    out_of_band_amount=p.natural, effective_at=p.integer, email_type=p.one_of("credit_note", "none"),
    reason=p.one_of("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
    **p.not_modelled("shipping_cost"),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    invoice = account.need("invoice", given["invoice"], param="invoice")
    if invoice["status"] not in ("open", "paid"):
        raise invalid(f"You can only create credit notes for finalized invoices; this one is {invoice['status']}.")
    lines = lines_of(account, invoice, given)
    terms = _terms(account, invoice, given, lines)
    _check_sums(account, invoice, terms)
    return credit_notes.issue(account, invoice, terms)


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, note_id: str, _given: Json) -> Json:
    return account.need("credit_note", note_id)


@route("POST", f"{_PATH}/*", memo=p.text, metadata=p.new_metadata)
def update(account: Account, note_id: str, given: Json) -> Json:
    note = account.need("credit_note", note_id)
    with account.changing(note):
        note |= {**given, "metadata": p.merged(note["metadata"], given.get("metadata"))}
    return note


@route("POST", f"{_PATH}/*/void")
def void(account: Account, note_id: str, _given: Json) -> Json:
    note = account.need("credit_note", note_id)
    credit_notes.void(account, note)
    return note


@list_route(_PATH, invoice=p.filled, customer=p.filled, created=p.RANGE, **p.not_modelled("customer_account"))
def list_notes(account: Account, given: Json) -> Json:
    parent = given.get("invoice") or given.get("customer")
    same = pages.equal(given, "invoice", "customer")
    return pages.page(
        reversed(account.store.of("credit_note", parent)) if parent else account.store.newest_first("credit_note"),
        given,
        _PATH,
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )


@list_route(f"{_PATH}/*/lines")
def list_lines(account: Account, note_id: str, given: Json) -> Json:
    note = account.need("credit_note", note_id)
    return pages.page(note["lines"]["data"], given, f"{_PATH}/{note_id}/lines")


def _terms(account: Account, invoice: Json, given: Json, lines: list[Json]) -> Terms:
    fields: Json = {name: given[name] for name in ("memo", "reason", "effective_at") if name in given}
    refund_amount = given.get("refund_amount", 0)
    return Terms(
        amount=sum(line["amount"] for line in lines),
        lines=lines,
        refund_charge=creditable.charge_for(account, invoice, refund_amount) if refund_amount else None,
        refund_amount=refund_amount,
        credit_amount=given.get("credit_amount", 0),
        out_of_band_amount=given.get("out_of_band_amount", 0),
        refunds=[_linked(account, invoice, it, index) for index, it in enumerate(given.get("refunds", []))],
        fields={**fields, "metadata": p.merged({}, given.get("metadata"))},
    )


def _linked(account: Account, invoice: Json, wanted: Json, index: int) -> tuple[Json, int]:
    name = f"refunds[{index}][refund]"
    refund = account.need("refund", wanted["refund"], param=name)
    if refund["status"] not in refunding.LIVE:
        raise invalid(f"The refund is {refund['status']}.", param=name)
    if not any(it["id"] == refund["id"] for it in creditable.refunds_of(account, invoice)):
        raise invalid("The refund is not of a payment of this invoice.", param=name)
    free = creditable.unlinked(account, refund)
    amount = int(wanted.get("amount_refunded") or refund["amount"])
    if amount > free:
        raise invalid(f"Only {free} of this refund can still be linked to a credit note.", param=name)
    return refund, amount


def _check_sums(account: Account, invoice: Json, terms: Terms) -> None:
    linked = sum(amount for _, amount in terms.refunds)
    if terms.amount > creditable.most(account, invoice) + linked:
        raise invalid("The amount of the credit note is greater than what can be credited of the invoice.")
    post = terms.amount - credit_notes.before_payment(invoice, terms.amount)
    returned = terms.refund_amount + linked + terms.credit_amount + terms.out_of_band_amount
    if returned != post:
        raise invalid(
            f"The sum of refunds, credit amount and out of band amount ({returned}) must equal the credit"
            f" note's post payment amount ({post})."
        )
