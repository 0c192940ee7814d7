"""Making an invoice: a draft, its lines, what waited for it, and its totals."""

from collections.abc import Iterable

from app.sandbox.account import Account
from app.sandbox.shapes.invoice import invoice, item_parent, line
from app.sandbox.shapes.invoice_item import proration_parent
from app.sandbox.state.plain import Json


def draft(account: Account, sub: Json, *, reason: str, lines: Iterable[Json] = (), period: Json) -> Json:
    """A draft with these lines (see `item_line`) and every pending item of the subscription; not announced yet."""
    waiting = pending_items(account, sub)
    made = preview(account, sub, reason=reason, lines=lines, period=period)
    for pending in waiting:
        pending["invoice"] = made["id"]
    account.store.add(made, [made["customer"], sub["id"]])
    return made


def preview(account: Account, sub: Json, *, reason: str, lines: Iterable[Json] = (), period: Json) -> Json:
    """Such a draft as it would be; nothing is billed by it."""
    customer = account.payer(sub["customer"])
    now = account.now(sub)
    made = invoice(
        account,
        customer,
        now,
        sub=sub,
        billing_reason=reason,
        period_start=period["start"],
        period_end=period["end"],
    )
    for pending in pending_items(account, sub):
        _append_pending(account, made, pending)
    for values in lines:
        _append(made, line(account, made, metadata=sub["metadata"], **values))
    _total(made)
    return made


def item_line(
    account: Account, sub: Json, item: Json, *, amount: int | None = None, period: Json | None = None
) -> Json:
    """A subscription item's own line: its price for its current period, unless said otherwise."""
    return {
        "amount": full_amount(item) if amount is None else amount,
        "description": _description(account, item),
        "period": period or period_of(item),
        "price": item["price"],
        "quantity": item["quantity"],
        "parent": item_parent(sub, item),
    }


def full_amount(item: Json) -> int:
    return int(item["price"]["unit_amount"] * (item["quantity"] or 1))


def period_of(item: Json) -> Json:
    return {"start": item["current_period_start"], "end": item["current_period_end"]}


def pending_items(account: Account, sub: Json) -> list[Json]:
    return [it for it in account.store.of("invoiceitem", sub["id"]) if it["invoice"] is None]


def product_name(account: Account, item: Json) -> str:
    product = account.store.find(item["price"]["product"])
    return str(product["name"]) if product else str(item["price"]["product"])


def _append_pending(account: Account, made: Json, pending: Json) -> None:
    price = account.need("price", pending["pricing"]["price_details"]["price"])
    values = {key: pending[key] for key in ("amount", "description", "period", "quantity", "metadata")}
    _append(made, line(account, made, price=price, parent=proration_parent(pending), **values))


def _append(made: Json, new_line: Json) -> None:
    made["lines"]["data"].append(new_line)
    made["lines"]["total_count"] += 1


def _total(made: Json) -> None:
    total = sum(ln["amount"] for ln in made["lines"]["data"])
    for key in ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"):
        made[key] = total
    made["amount_due"] = made["amount_remaining"] = max(total + min(made["starting_balance"], 0), 0)


def _description(account: Account, item: Json) -> str:
    price, recurring = item["price"], item["price"]["recurring"]
    count, interval = recurring["interval_count"], recurring["interval"]
    every = interval if count == 1 else f"{count} {interval}s"
    each = f"(at ${price['unit_amount'] / 100:.2f} / {every})"
    return f"{item['quantity'] or 1} \N{MULTIPLICATION SIGN} {product_name(account, item)} {each}"
