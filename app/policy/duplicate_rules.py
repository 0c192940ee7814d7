"""The four rules by which a pair of good payments is a verified duplicate, and what disproves each.

`senior` and `junior` are the pair in the order in which payments are kept: only the junior can be the extra one.
"""

from app.policy.duplicate_facts import DuplicateContext, OrderId, OrderSetBy, PaidInvoice, PaymentFacts
from app.policy.duplicate_invoices import (
    tells_its_lines,
    why_not_period_invoice,
    why_not_same_period,
    why_unclear_money,
    why_unclear_period,
)
from app.policy.duplicate_twins import why_not_twins, why_unclear_twins
from app.policy.duplicate_verdict import Disproof, Disproved, Rule, Suspect, Suspicion
from app.policy.verified_duplicate import _TOKEN, VerifiedDuplicate

Judgment = VerifiedDuplicate | Disproved | Suspicion


def judge(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Judgment:
    """By the rule that fits how the two are billed."""
    one, other = senior.invoice, junior.invoice
    if one is not None and other is not None and one.invoice == other.invoice:
        return _judge_same_invoice(senior, junior, context)
    for invoice in (one, other):
        if invoice is not None and (disproof := why_not_period_invoice(invoice)):
            return Disproved(name=disproof)
    if one is None or other is None or not senior.billed_by or not junior.billed_by:
        return _judge_same_order(senior, junior, context)
    if not tells_its_lines(one) or not tells_its_lines(other):
        return Suspicion(why=Suspect.FACTS_MISSING)
    if senior.billed_by.subscription == junior.billed_by.subscription:
        return _judge_same_period(senior, junior, one, other)
    return _judge_twins(senior, junior, context)


def _judge_same_invoice(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Judgment:
    invoice = junior.invoice
    if invoice is None or invoice != senior.invoice or not _is_paid_by(invoice, senior, junior):
        return Suspicion(why=Suspect.FACTS_MISSING)
    if invoice.amount_overpaid <= 0:
        return Disproved(name=Disproof.PARTIAL_PAYMENTS)
    if invoice.credit is None or invoice.credit.booked <= 0:
        return Suspicion(why=Suspect.CREDIT_NOT_FOUND)
    unspent = invoice.credit.unspent(reversed_for_this=context.reversed_credit)
    if unspent <= 0:
        return Suspicion(why=Suspect.CREDIT_SPENT)
    amount = min(junior.captured, invoice.amount_overpaid, unspent)
    return VerifiedDuplicate(
        token=_TOKEN, rule=Rule.A, kept=senior, extra=junior, amount=amount, credit_to_reverse=amount
    )


def _judge_same_period(senior: PaymentFacts, junior: PaymentFacts, one: PaidInvoice, other: PaidInvoice) -> Judgment:
    if disproof := why_not_same_period(one, other):
        return Disproved(name=disproof)
    if senior.billed_by != junior.billed_by:
        return Suspicion(why=Suspect.FACTS_MISSING)
    if why := why_unclear_period(one) or why_unclear_period(other):
        return Suspicion(why=why)
    return _verified(Rule.B, senior, junior)


def _judge_twins(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Judgment:
    if disproof := why_not_twins(senior, junior, context) or _why_not_same_order(senior.order, junior.order):
        return Disproved(name=disproof)
    if why := why_unclear_twins(senior, junior, context):
        return Suspicion(why=why)
    return _verified(Rule.D, senior, junior)


def _judge_same_order(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Judgment:
    if disproof := _why_not_same_order(senior.order, junior.order):
        return Disproved(name=disproof)
    if (senior.amount, senior.captured) != (junior.amount, junior.captured):
        return Disproved(name=Disproof.DIFFERENT_AMOUNT)
    if why := _why_unclear_order(senior, junior, context):
        return Suspicion(why=why)
    for invoice in (senior.invoice, junior.invoice):
        if invoice is not None and (why := why_unclear_money(invoice)):
            return Suspicion(why=why)
    return _verified(Rule.C, senior, junior)


def _verified(rule: Rule, kept: PaymentFacts, extra: PaymentFacts) -> VerifiedDuplicate:
    twin = extra.billed_by.subscription if rule is Rule.D and extra.billed_by else None
    return VerifiedDuplicate(
        token=_TOKEN, rule=rule, kept=kept, extra=extra, amount=extra.captured, subscription_to_end=twin
    )


def _is_paid_by(invoice: PaidInvoice, *payments: PaymentFacts) -> bool:
    paid = {link.payment for link in invoice.payments if link.status == "paid"}
    return all(payment.payment_intent in paid or payment.charge in paid for payment in payments)


def _why_not_same_order(one: OrderId | None, other: OrderId | None) -> Disproof | None:
    """Only ids that the merchant wrote tell orders apart; those that Stripe fills in prove nothing."""
    if one is None or other is None or OrderSetBy.STRIPE in (one.set_by, other.set_by):
        return None
    return Disproof.DIFFERENT_ORDER if one.value != other.value else None


def _why_unclear_order(senior: PaymentFacts, junior: PaymentFacts, context: DuplicateContext) -> Suspect | None:
    order = senior.order
    if order is None or order != junior.order or order.set_by is OrderSetBy.STRIPE:
        return Suspect.SAME_AMOUNT
    if senior.customer is None or senior.customer != junior.customer:
        return Suspect.ORDER_OF_ANOTHER_CUSTOMER
    if not context.single_payment_orders and order.value not in context.issued_orders:
        return Suspect.ORDER_NOT_DECLARED_SINGLE
    return None
