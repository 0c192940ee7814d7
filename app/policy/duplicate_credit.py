"""How much of an overpayment's credit is still in the customer's balance, from its transactions.

The balance does not say which credit was spent: what others took since the credit was booked counts against it.
"""

from collections.abc import Sequence
from typing import Any

from app.policy.duplicate_facts import OverpaymentCredit
from app.policy.settlement_marks import INVOICE
from app.policy.stripe_body import Body, number, part, reference

_OF_INVOICES = frozenset({"applied_to_invoice", "unapplied_from_invoice"})


def overpayment_credit(
    invoice: str, currency: str, transactions: Sequence[Body], *, customer: Body | None
) -> OverpaymentCredit | None:
    """None if nothing was credited for this invoice; `transactions` may come in any order."""
    ours = [each for each in transactions if each.get("currency") in (currency, None)]
    booked = [each for each in ours if _books_overpayment(each, invoice)]
    if not booked:
        return None
    since = min(number(each.get("created")) for each in booked)
    later = [each for each in ours if each not in booked and number(each.get("created")) >= since]
    return OverpaymentCredit(
        booked=-_total(booked),
        reversed=_total([each for each in later if _settles(each) == invoice]),
        spent=_spent([each for each in later if _settles(each) is None]),
        balance=_credit_now(currency, ours, customer),
    )


def _books_overpayment(transaction: Body, invoice: str) -> bool:
    return transaction.get("type") == "invoice_overpaid" and reference(transaction.get("invoice")) == invoice


def _settles(transaction: Body) -> Any:
    """The invoice whose overpayment we reversed or gave back by this transaction."""
    return part(transaction, "metadata").get(INVOICE)


def _spent(transactions: Sequence[Body]) -> int:
    """What invoices took, less what they gave back when they were voided, and every other debit."""
    by_invoices = _total([each for each in transactions if each.get("type") in _OF_INVOICES])
    others = (number(each.get("amount")) for each in transactions if each.get("type") not in _OF_INVOICES)
    return max(0, by_invoices) + sum(amount for amount in others if amount > 0)


def _credit_now(currency: str, transactions: Sequence[Body], customer: Body | None) -> int:
    by_currency = part(customer, "invoice_credit_balance")
    if currency in by_currency:
        return -number(by_currency[currency])
    if customer is not None and customer.get("currency") in (currency, None) and "balance" in customer:
        return -number(customer["balance"])
    endings = (number(each.get("ending_balance")) for each in _newest(transactions))
    return min((-ending for ending in endings), default=0)


def _newest(transactions: Sequence[Body]) -> list[Body]:
    """All of the newest second: Stripe's clock does not order them."""
    last = max((number(each.get("created")) for each in transactions), default=0)
    return [each for each in transactions if number(each.get("created")) == last]


def _total(transactions: Sequence[Body]) -> int:
    return sum(number(each.get("amount")) for each in transactions)
