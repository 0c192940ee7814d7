"""A customer's credit balance: every change leaves a transaction; what is negative pays for the next invoice."""

from app.sandbox.account import Account
from app.sandbox.shapes.customer_balance import balance_transaction
from app.sandbox.state.plain import Json

SMALLEST_CHARGE = 50  # cents


def change(account: Account, customer: Json, amount: int, *, kind: str, currency: str, **given: object) -> Json | None:
    """`amount` is added: a credit is negative. Nothing is written for nothing."""
    if amount == 0:
        return None
    with account.changing(customer):
        customer["balance"] += amount
        customer["currency"] = customer["currency"] or currency
    return note(account, customer, amount, kind=kind, currency=currency, **given)


def note(account: Account, customer: Json, amount: int, *, kind: str, currency: str, **given: object) -> Json:
    """Only the transaction, where the balance itself was set otherwise."""
    made = balance_transaction(account, customer, amount=amount, currency=currency, kind=kind, **given)
    return account.add(made, customer["id"], quietly=True)


def use_for(account: Account, invoice: Json, customer: Json) -> None:
    """Credit lowers what is due, a negative invoice becomes credit, and what is too small to charge stays owed."""
    invoice["starting_balance"] = customer["balance"]
    left = invoice["total"] + customer["balance"]
    terms = {"currency": invoice["currency"], "invoice": invoice["id"]}
    change(account, customer, min(left, 0) - customer["balance"], kind="applied_to_invoice", **terms)
    if 0 < left < SMALLEST_CHARGE:
        change(account, customer, left, kind="invoice_too_small", **terms)
        left = 0
    invoice["amount_due"] = invoice["amount_remaining"] = max(left, 0)
    invoice["ending_balance"] = customer["balance"]


def give_back_unused(account: Account, invoice: Json) -> None:
    """A void invoice returns the credit that it had taken, and what was owed before it is owed again."""
    customer = account.store.get("customer", invoice["customer"])
    used = (invoice["ending_balance"] or 0) - invoice["starting_balance"]
    if customer is not None:
        change(
            account,
            customer,
            -used,
            kind="unapplied_from_invoice",
            currency=invoice["currency"],
            invoice=invoice["id"],
        )
