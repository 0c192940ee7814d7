"""What two payments can turn out to be when they are not a verified duplicate; each case has its name."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """By which rule a duplicate is verified: same invoice, same service period, same order, twin subscriptions."""

    A = "same_invoice"
    B = "same_period"
    C = "same_order"
    D = "twin_subscriptions"


class Disproof(StrEnum):
    """Why two payments are not a duplicate, in the order in which it is looked for."""

    SAME_CHARGE = "same_charge"
    DIFFERENT_ACCOUNT = "different_account"
    DIFFERENT_MODE = "different_mode"
    DIFFERENT_CURRENCY = "different_currency"
    OTHER_CUSTOMER = "other_customer"
    FAILED_THEN_RETRIED = "failed_then_retried"
    PAYMENT_FAILED = "payment_failed"
    UNCAPTURED_HOLD = "uncaptured_hold"
    ZERO_AMOUNT = "zero_amount"
    DISPUTED = "disputed"
    FRAUD_WARNING = "fraud_warning"
    REFUND_UNDER_WAY = "refund_under_way"
    ALREADY_REFUNDED = "already_refunded"
    CREDIT_NOTE = "credit_note"
    OUT_OF_BAND = "out_of_band"
    PARTIAL_PAYMENTS = "partial_payments"
    PRORATION_INVOICE = "proration_invoice"
    ANCHOR_RESET = "anchor_reset"
    USAGE_LINES = "usage_lines"
    RENEWAL = "renewal"
    DIFFERENT_PRICE = "different_price"
    DIFFERENT_QUANTITY = "different_quantity"
    DIFFERENT_ORDER = "different_order"
    DIFFERENT_AMOUNT = "different_amount"
    SECOND_SEAT = "second_seat"


class Suspect(StrEnum):
    """Why two payments look like a duplicate and are not proven to be one."""

    SAME_AMOUNT = "same_amount"
    SAME_PAYMENT_INTENT = "same_payment_intent"
    CUSTOMER_NOT_KNOWN = "customer_not_known"
    CUSTOMER_GONE = "customer_gone"
    CREDIT_SPENT = "credit_spent"
    CREDIT_NOT_FOUND = "credit_not_found"
    CREDIT_FUNDED = "credit_funded"
    CREDITED = "credited"  # to the account, for a failure of ours: a person has to weigh one against the other
    SEVERAL_INVOICES = "several_invoices"
    SEVERAL_PAYMENTS = "several_payments"
    INVOICE_NOT_PAID = "invoice_not_paid"
    UNUSUAL_INVOICE = "unusual_invoice"
    OVERPAID = "overpaid"
    FACTS_MISSING = "facts_missing"
    ORDER_NOT_DECLARED_SINGLE = "order_not_declared_single"
    ORDER_OF_ANOTHER_CUSTOMER = "order_of_another_customer"
    SIGNED_UP_APART = "signed_up_apart"
    TWIN_NOT_RENEWING = "twin_not_renewing"


class NotYet(StrEnum):
    """What has to settle at Stripe before two payments can be judged."""

    CHARGE_PENDING = "charge_pending"
    CHECKOUT_OPEN = "checkout_open"
    INVOICE_NOT_LINKED = "invoice_not_linked"
    INVOICE_PAYMENT_OPEN = "invoice_payment_open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Disproved:
    name: Disproof


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspicion:
    why: Suspect


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsettled:
    why: NotYet
