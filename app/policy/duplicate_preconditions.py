"""What must hold for two payments before any rule is asked: the same payer and money, taken and not given back."""

from app.policy.duplicate_facts import PaymentFacts
from app.policy.duplicate_verdict import Disproof, NotYet, Suspect


def why_not_pair(first: PaymentFacts, second: PaymentFacts) -> Disproof | None:
    if first.charge == second.charge:
        return Disproof.SAME_CHARGE
    if first.account != second.account:
        return Disproof.DIFFERENT_ACCOUNT
    if first.livemode != second.livemode:
        return Disproof.DIFFERENT_MODE
    if first.currency != second.currency:
        return Disproof.DIFFERENT_CURRENCY
    if _differ(first.customer, second.customer) and not is_same_person(first, second):
        return Disproof.OTHER_CUSTOMER
    if _differ(first.uid, second.uid):
        return Disproof.SECOND_SEAT if first.customer == second.customer else Disproof.OTHER_CUSTOMER
    if is_same_intent(first, second) and "failed" in (first.status, second.status):
        return Disproof.FAILED_THEN_RETRIED
    return None


def why_not_payment(payment: PaymentFacts) -> Disproof | None:
    if payment.status == "failed":
        return Disproof.PAYMENT_FAILED
    if payment.amount <= 0:
        return Disproof.ZERO_AMOUNT
    if payment.status == "succeeded" and payment.captured <= 0:
        return Disproof.UNCAPTURED_HOLD
    if payment.disputed:
        return Disproof.DISPUTED
    if payment.fraud_warning:
        return Disproof.FRAUD_WARNING
    if payment.refunded > 0:
        return Disproof.ALREADY_REFUNDED
    if payment.live_refund:
        return Disproof.REFUND_UNDER_WAY
    return _why_not_its_invoice(payment)


def why_not_yet(payment: PaymentFacts) -> NotYet | None:
    if payment.status == "pending":
        return NotYet.CHARGE_PENDING
    if payment.checkout is not None and not payment.checkout.complete:
        return NotYet.CHECKOUT_OPEN
    if any(link.status == "open" for link in payment.links):
        return NotYet.INVOICE_PAYMENT_OPEN
    if payment.checkout is not None and payment.checkout.for_subscription and not payment.paid_links:
        return NotYet.INVOICE_NOT_LINKED
    return None


def why_unclear(payment: PaymentFacts) -> Suspect | None:
    """What keeps a payment from being judged at all, although nothing speaks against it."""
    if payment.status != "succeeded":
        return Suspect.FACTS_MISSING
    if payment.customer_gone:
        return Suspect.CUSTOMER_GONE
    if len(payment.paid_links) > 1:
        return Suspect.SEVERAL_INVOICES
    invoice = payment.invoice
    if payment.paid_links and (invoice is None or invoice.invoice != payment.paid_links[0].invoice):
        return Suspect.FACTS_MISSING
    if invoice is None:
        return None
    if not payment.paid_links:
        return Suspect.FACTS_MISSING
    if invoice.subscription is not None and payment.billed_by is None:
        return Suspect.FACTS_MISSING
    return None if invoice.status == "paid" else Suspect.INVOICE_NOT_PAID


def is_good(payment: PaymentFacts) -> bool:
    return payment.status == "succeeded" and why_not_payment(payment) is None


def is_same_person(first: PaymentFacts, second: PaymentFacts) -> bool:
    return _both(first.customer, second.customer) or _both(first.uid, second.uid)


def is_same_intent(first: PaymentFacts, second: PaymentFacts) -> bool:
    return _both(first.payment_intent, second.payment_intent)


def _why_not_its_invoice(payment: PaymentFacts) -> Disproof | None:
    if payment.invoice is None:
        return None
    if payment.invoice.credit_note:
        return Disproof.CREDIT_NOTE
    return Disproof.OUT_OF_BAND if payment.invoice.off_stripe else None


def _both(first: str | None, second: str | None) -> bool:
    return first is not None and first == second


def _differ(first: str | None, second: str | None) -> bool:
    return None not in (first, second) and first != second
