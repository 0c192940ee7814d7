"""Which of the imitation's behaviours are certain, which are assumed, and the knobs for the unverified ones.

Certain (read in the SDK's annotations or in Stripe's documentation): object shapes and statuses; items own the
period; the period moves at renewal before payment; a draft for about an hour, the first invoice at once;
proration defaults per call; `incomplete` expires after 23 hours; `canceled_at` is the time of the request and
`ended_at` the end; the enums of `cancel_at` resolve to an instant at once; DELETE never prorates by default;
a pause credits unused time by default and needs flexible billing; idempotency keys last 24 hours, replay stored
500s and do not keep validation failures; endive's breaking parameters; several refunds up to the charge's amount;
`refunded` only when all of it went back; a success that fails later, with its money in failure_balance_transaction;
refunds wait while funds are short; `fraudulent` blocks the card; what is overpaid becomes the customer's credit;
the default payment follows what remains of its invoice; a full refund of a card bars disputes; a credit note first
lowers what remains, and refunds, credit and out of band amounts add up to the rest; a Checkout session has no
invoice before it is complete; a hold lasts seven days.

Assumed (typical order or wording, no source says it): the exact order of events within one second; `draft` in the first
invoice's `invoice.created`; retries 3, 5 and 7 days apart; the webhook backoff's steps; `trial_will_end` three days
ahead, and no `invoice.upcoming` in periods shorter than its notice; send_invoice subscriptions start with a draft too;
the period of an item added in mid-cycle follows the subscription's anchor; a changed interval starts a new period at
once; an unused-time credit waits as a pending item; error texts; `charge.refunded` comes at once for a refund that
waits, and nothing of the charge is told when one fails; a failed refund is told by `updated` and by `failed`; another
open payment stays open when its invoice is paid by one; an unanswered dispute is lost when it falls due, a won one
leaves the charge refundable; a credit note refunds the newest payment that can give so much; only notes of open
invoices can be voided; charges are available on the balance at once. Where two renderings are possible, a knob below
chooses, and tests should run both.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Variants:
    """How Stripe renders what could not be verified; the first value of each is the default."""

    status_details_when_not_paused: Literal["absent", "null"] = "absent"
    flexible_flag_sets_cancel_at: bool = True  # `cancel_at_period_end` set by the API on flexible billing
    classic_flag_sets_cancel_at: bool = True
    signup_starts_incomplete: bool = True  # else a paid sign-up's `created` already says `active`
    test_clock_events: Literal["real", "frozen"] = "real"  # which time `event.created` tells
    finalization_waits_for_endpoint: bool = False  # live mode waits up to 72 h for an answer to invoice.created
    signatures_tell: Literal["stripe", "wall"] = "stripe"  # whose time a webhook's signature carries
    disputed_refund_code: Literal["charge_disputed", "refund_disputed_payment"] = "charge_disputed"
    over_refund_has_code: bool = True  # `amount_too_large`, else only the message tells
    overpayment_counts_as_paid: bool = False  # the excess is in the invoice's `amount_paid` too
    attaches_to_automatic_invoices: bool = True  # a payment intent to a subscription's invoice charged automatically
    released_hold_is_a_refund: bool = True  # what was authorized and never captured leaves a refund object
    checkout_fills_order_reference: bool = False  # Stripe's own `payment_details.order_reference`
    upcoming_invoice_id: Literal["absent", "null", "upcoming_in"] = "absent"  # of the preview in `invoice.upcoming`


@dataclass(slots=True, kw_only=True)
class AccountSettings:
    """What a merchant chooses in the dashboard."""

    retry_days: tuple[int, ...] = (3, 5, 7)
    after_last_retry: Literal["cancel", "unpaid", "past_due", "pause"] = "cancel"
    uncollectible_after_last_retry: bool = False
    upcoming_days: int | None = None  # how long before a renewal `invoice.upcoming` comes; None for never
    sends_receipts: bool = False  # every charge gets a receipt number, not only one with a `receipt_email`
