"""What is known at Stripe about a payment when it is held against another one; amounts in minor units."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OrderSetBy(StrEnum):
    """Who wrote the order id: the merchant, or Stripe, which fills `order_reference` in by itself."""

    MERCHANT = "merchant"
    STRIPE = "stripe"


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderId:
    value: str
    set_by: OrderSetBy


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceLink:
    """An invoice payment; `payment` is the payment intent, charge or payment record behind it."""

    invoice: str
    payment: str | None
    kind: str
    status: str
    amount_paid: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidLine:
    item: str | None
    price: str | None
    quantity: Decimal | None
    start: datetime | None
    end: datetime | None
    proration: bool = False
    usage: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OverpaymentCredit:
    """The customer's credit for what an invoice was overpaid.

    `reversed` is what we took back of it, net of what we gave back again; `spent` is what others took from the
    balance since; `balance` is the customer's credit now, from wherever it came, negative if the customer owes.
    """

    booked: int
    reversed: int
    spent: int
    balance: int

    def unspent(self, *, reversed_for_this: int = 0) -> int:
        """What is certainly still there, counting what was already reversed for the very refund in question."""
        left = min(self.booked - self.reversed - self.spent, self.balance) + reversed_for_this
        return max(0, min(left, self.booked))


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidInvoice:
    """`credit_funded`: the customer's balance or billing credits paid a part of it."""

    invoice: str
    status: str
    subscription: str | None = None
    billing_reason: str | None = None
    amount_overpaid: int = 0
    off_stripe: bool = False
    credit_note: bool = False
    credit_funded: bool = False
    payments: tuple[InvoiceLink, ...] = ()
    lines: tuple[PaidLine, ...] = ()
    credit: OverpaymentCredit | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidSubscription:
    """`items` are price and quantity, sorted; `renews` is whether the next period will be charged."""

    subscription: str
    created: datetime
    renews: bool
    items: tuple[tuple[str, Decimal | None], ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckoutFacts:
    complete: bool
    for_subscription: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentFacts:
    """A charge and all that hangs on it; `taken_at` is when its money was taken, by the wall clock. Of a customer who
    is gone nothing is known any more, above all not their balance."""

    charge: str
    payment_intent: str | None = None
    account: str | None = None
    livemode: bool
    customer: str | None = None
    customer_gone: bool = False
    uid: str | None = None
    currency: str
    amount: int
    captured: int
    status: str
    taken_at: datetime
    refunded: int = 0
    live_refund: bool = False
    disputed: bool = False
    fraud_warning: bool = False
    order: OrderId | None = None
    links: tuple[InvoiceLink, ...] = ()
    invoice: PaidInvoice | None = None
    subscription: PaidSubscription | None = None
    checkout: CheckoutFacts | None = None

    @property
    def paid_links(self) -> tuple[InvoiceLink, ...]:
        return tuple(link for link in self.links if link.status == "paid")

    @property
    def billed_by(self) -> PaidSubscription | None:
        """The subscription whose invoice this payment paid."""
        invoice, subscription = self.invoice, self.subscription
        billed = invoice is not None and subscription is not None and invoice.subscription == subscription.subscription
        return subscription if billed else None


def seniority(payment: PaymentFacts) -> tuple[int, float, str, float, str]:
    """The order in which payments of one transaction are kept: all rules share it, so that the first always stays."""
    subscription = payment.billed_by
    return (
        0 if subscription else 1 if payment.invoice else 2,
        subscription.created.timestamp() if subscription else 0,
        subscription.subscription if subscription else "",
        payment.taken_at.timestamp(),
        payment.charge,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateContext:
    """What the product itself knows of a pair.

    `issued_orders` are order ids that our own sign-up endpoint gave out; `single_payment_orders` is the host's word
    that each of its order ids stands for one payment. `credited` are charges for which an operator has credited the
    account (2.1). The last two tell what the settlement of this very pair has
    already done, so that the proof can be made again right before the refund.
    """

    single_payment_orders: bool = False
    issued_orders: frozenset[str] = frozenset()
    order_metadata_key: str = "order_id"
    credited: frozenset[str] = frozenset()
    reversed_credit: int = 0
    ended_subscription: str | None = None
