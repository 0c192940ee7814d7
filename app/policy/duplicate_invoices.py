"""What the invoices behind two payments say: which part of which period of what they bill."""

from collections.abc import Callable
from datetime import timedelta

from app.policy.duplicate_facts import PaidInvoice, PaidLine
from app.policy.duplicate_verdict import Disproof, Suspect

_PERIODS = frozenset({"subscription_create", "subscription_cycle"})
_APART = timedelta(hours=24)


def why_not_period_invoice(invoice: PaidInvoice) -> Disproof | None:
    """Why an invoice of a subscription bills something else than one period of it in advance."""
    if any(line.proration for line in invoice.lines):
        return Disproof.PRORATION_INVOICE
    if invoice.billing_reason == "subscription_update":
        return Disproof.ANCHOR_RESET
    if invoice.billing_reason == "subscription_threshold" or any(line.usage for line in invoice.lines):
        return Disproof.USAGE_LINES
    return None


def tells_its_lines(invoice: PaidInvoice) -> bool:
    return bool(invoice.lines) and not any(_is_vague(line) for line in invoice.lines)


def why_unclear_period(invoice: PaidInvoice) -> Suspect | None:
    if invoice.billing_reason not in _PERIODS:
        return Suspect.UNUSUAL_INVOICE
    return why_unclear_money(invoice)


def why_unclear_money(invoice: PaidInvoice) -> Suspect | None:
    """Why a whole charge cannot be said to be what was paid for the invoice."""
    if invoice.credit_funded:
        return Suspect.CREDIT_FUNDED
    if invoice.amount_overpaid > 0:
        return Suspect.OVERPAID
    paid = [payment for payment in invoice.payments if payment.status == "paid"]
    return Suspect.SEVERAL_PAYMENTS if len(paid) > 1 else None


def why_not_same_period(first: PaidInvoice, second: PaidInvoice) -> Disproof | None:
    if _each(first, _period) != _each(second, _period):
        return Disproof.RENEWAL
    if disproof := why_not_same_goods(first, second):
        return disproof
    return Disproof.SECOND_SEAT if _each(first, _whole) != _each(second, _whole) else None


def why_not_same_goods(first: PaidInvoice, second: PaidInvoice) -> Disproof | None:
    if _each(first, _price) != _each(second, _price):
        return Disproof.DIFFERENT_PRICE
    if _each(first, _price_and_quantity) != _each(second, _price_and_quantity):
        return Disproof.DIFFERENT_QUANTITY
    return None


def is_same_term(first: PaidInvoice, second: PaidInvoice) -> bool:
    """Whether two subscriptions bill the same stretch of time: begun within a day, and mostly at once."""
    if len(first.lines) != len(second.lines):
        return False
    pairs = zip(_by_price(first), _by_price(second), strict=True)
    return all(_is_same_stretch(one, other) for one, other in pairs)


def _is_same_stretch(one: PaidLine, other: PaidLine) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    common = min(one.end, other.end) - max(one.start, other.start)
    longest = max(one.end - one.start, other.end - other.start)
    return abs(one.start - other.start) <= _APART and common * 2 > longest


def _is_vague(line: PaidLine) -> bool:
    return None in (line.item, line.price, line.quantity, line.start, line.end)


def _by_price(invoice: PaidInvoice) -> list[PaidLine]:
    return sorted(invoice.lines, key=lambda line: (line.price or "", str(line.start)))


def _each(invoice: PaidInvoice, of: Callable[[PaidLine], tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted((of(line) for line in invoice.lines), key=repr)


def _whole(line: PaidLine) -> tuple[object, ...]:
    return (line.item, *_price_and_quantity(line), *_period(line))


def _price(line: PaidLine) -> tuple[object, ...]:
    return (line.price,)


def _price_and_quantity(line: PaidLine) -> tuple[object, ...]:
    return (line.price, line.quantity)


def _period(line: PaidLine) -> tuple[object, ...]:
    return (line.start, line.end)
