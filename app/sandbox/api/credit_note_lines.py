"""What a credit note takes back, line by line or as one amount."""

from app.sandbox.account import Account
from app.sandbox.refusal import invalid
from app.sandbox.shapes.credit_note import credit_note_line
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p

LINE = p.hash_of(
    type=p.required(p.one_of("custom_line_item", "invoice_line_item")), amount=p.natural, description=p.text,
    invoice_line_item=p.filled, quantity=p.natural, unit_amount=p.integer, metadata=p.new_metadata,
    **p.not_modelled("tax_amounts tax_rates unit_amount_decimal"),
)  # fmt: skip


def lines_of(account: Account, invoice: Json, given: Json) -> list[Json]:
    if ("amount" in given) == ("lines" in given):
        raise invalid("You must provide exactly one of these parameters: amount, lines.")
    if "amount" in given:
        return [_custom(account, {"unit_amount": given["amount"], "description": "Credit"})]
    lines = []
    for index, wanted in enumerate(given["lines"]):
        name = f"lines[{index}]"
        custom = wanted["type"] == "custom_line_item"
        lines.append(_checked_custom(account, wanted, name) if custom else _of_line(account, invoice, wanted, name))
    if sum(line["amount"] for line in lines) < 1:
        raise invalid("A credit note must have a positive amount.", param="lines")
    return lines


def _checked_custom(account: Account, wanted: Json, name: str) -> Json:
    for field in ("unit_amount", "description"):
        if field not in wanted:
            raise _missing(f"{name}[{field}]")
    for field in ("amount", "invoice_line_item"):
        if field in wanted:
            raise invalid("This parameter is only for invoice line items.", param=f"{name}[{field}]")
    return _custom(account, wanted)


def _custom(account: Account, wanted: Json) -> Json:
    quantity, unit = wanted.get("quantity", 1), wanted["unit_amount"]
    return credit_note_line(
        account,
        amount=unit * quantity,
        kind="custom_line_item",
        quantity=quantity,
        description=wanted["description"],
        unit_amount=unit,
        unit_amount_decimal=str(unit),
        metadata=p.merged({}, wanted.get("metadata")),
    )


def _of_line(account: Account, invoice: Json, wanted: Json, name: str) -> Json:
    """By amount, else by quantity, else the whole line."""
    if "invoice_line_item" not in wanted:
        raise _missing(f"{name}[invoice_line_item]")
    line = next((it for it in invoice["lines"]["data"] if it["id"] == wanted["invoice_line_item"]), None)
    if line is None:
        message = f"No such line item: '{wanted['invoice_line_item']}'"
        raise invalid(message, param=f"{name}[invoice_line_item]", code="resource_missing")
    amount = wanted.get("amount", line["amount"])
    if "quantity" in wanted and "amount" not in wanted:
        amount = line["amount"] * wanted["quantity"] // (line["quantity"] or 1)
    if amount > line["amount"]:
        raise invalid("The amount is greater than that of the line item.", param=f"{name}[amount]")
    return credit_note_line(
        account,
        amount=amount,
        kind="invoice_line_item",
        quantity=wanted.get("quantity"),
        description=line["description"],
        invoice_line_item=line["id"],
        metadata=p.merged({}, wanted.get("metadata")),
    )


def _missing(name: str) -> Exception:
    return invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
