"""What an answer about access depends on, and nothing else: Stripe's facts, and the user's standing with us."""

from dataclasses import dataclass
from datetime import datetime

from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemFacts:
    item: str
    product: str
    price: str
    lookup_key: str | None = None
    period_start: datetime
    period_end: datetime
    metered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionFacts:
    """`paused_at` is when the status became `paused`; `pause_collection` is the behavior of the other kind of pause."""

    subscription: str
    status: str
    items: tuple[ItemFacts, ...]
    started_at: datetime | None = None
    trial_end: datetime | None = None
    ended_at: datetime | None = None
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    cancellation_reason: str | None = None
    pause_collection: str | None = None
    pause_resumes_at: datetime | None = None
    paused_at: datetime | None = None
    latest_invoice: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFacts:
    """A line of an invoice; `item` is None for what was not sold by subscription."""

    item: str | None
    proration: bool = False
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceFacts:
    """`money_left_back`: refunded, or lost in a dispute, and no good payment of it is left."""

    invoice: str
    status: str
    billing_reason: str | None = None
    created: datetime
    due_date: datetime | None = None
    collection_method: str = "charge_automatically"
    attempted: bool = False
    paid_at: datetime | None = None
    voided_at: datetime | None = None
    marked_uncollectible_at: datetime | None = None
    uncollectible_reason: str | None = None
    payment_processing: bool = False
    money_left_back: bool = False
    lines: tuple[LineFacts, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingFacts:
    """`forfeited_until`: the end of the time that was forfeited and that a reinstatement did not give back."""

    standing: Standing = Standing.GOOD
    decided_at: datetime | None = None
    forfeited_until: datetime | None = None


GOOD_STANDING = StandingFacts()


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessFacts:
    """`held_until` is set when Stripe could not be asked before a lock-out: access is kept until then."""

    subscription: SubscriptionFacts
    invoices: tuple[InvoiceFacts, ...] = ()
    standing: StandingFacts = GOOD_STANDING
    held_until: datetime | None = None
