"""Whether two subscriptions are one sign-up made twice (rule D), or two that somebody wanted."""

from datetime import timedelta

from app.policy.duplicate_facts import DuplicateContext, PaidSubscription, PaymentFacts
from app.policy.duplicate_invoices import is_same_term, why_not_same_goods, why_unclear_period
from app.policy.duplicate_verdict import Disproof, Suspect

SIGNED_UP_TOGETHER = timedelta(hours=24)


def why_not_twins(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Disproof | None:
    one, other, invoice, twin = senior.billed_by, junior.billed_by, senior.invoice, junior.invoice
    if one is None or other is None or invoice is None or twin is None:
        return None
    if disproof := _why_not_same_items(one, other) or why_not_same_goods(invoice, twin):
        return disproof
    if one.metadata != other.metadata:
        return _why_marked_apart(dict(one.metadata), dict(other.metadata), context.order_metadata_key)
    renewal_beside_sign_up = invoice.billing_reason != twin.billing_reason and _signed_up_together(one, other)
    return Disproof.RENEWAL if renewal_beside_sign_up or not is_same_term(invoice, twin) else None


def why_unclear_twins(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Suspect | None:
    one, other, invoice, twin = senior.billed_by, junior.billed_by, senior.invoice, junior.invoice
    if one is None or other is None or invoice is None or twin is None or not one.items:
        return Suspect.FACTS_MISSING
    if not _signed_up_together(one, other):
        return Suspect.SIGNED_UP_APART
    if not one.renews or not (other.renews or other.subscription == context.ended_subscription):
        return Suspect.TWIN_NOT_RENEWING
    return why_unclear_period(invoice) or why_unclear_period(twin)


def _why_not_same_items(one: PaidSubscription, other: PaidSubscription) -> Disproof | None:
    if [price for price, _ in one.items] != [price for price, _ in other.items]:
        return Disproof.DIFFERENT_PRICE
    return Disproof.DIFFERENT_QUANTITY if one.items != other.items else None


def _why_marked_apart(one: dict[str, str], other: dict[str, str], order_key: str) -> Disproof:
    orders = one.get(order_key), other.get(order_key)
    return Disproof.DIFFERENT_ORDER if None not in orders and orders[0] != orders[1] else Disproof.SECOND_SEAT


def _signed_up_together(one: PaidSubscription, other: PaidSubscription) -> bool:
    return abs(one.created - other.created) <= SIGNED_UP_TOGETHER
