"""What Stripe answered about one payment, before it is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.policy.stripe_body import Body


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentBodies:
    """What Stripe answered, as plain JSON, each list paged to its end.

    `invoice_payments` are those of the payment and all of its invoice; `balance_transactions` are the customer's.
    `taken_at` is when the money was seen to be taken, where the charge itself cannot tell (a delayed method).
    """

    charge: Body
    payment_intent: Body | None = None
    invoice_payments: Sequence[Body] = ()
    invoice: Body | None = None
    subscription: Body | None = None
    customer: Body | None = None
    checkout_session: Body | None = None
    balance_transactions: Sequence[Body] = ()
    refunds: Sequence[Body] = ()
    disputes: Sequence[Body] = ()
    fraud_warnings: Sequence[Body] = ()
    credit_notes: Sequence[Body] = ()
    account: str | None = None
    taken_at: datetime | None = None
