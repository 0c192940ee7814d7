"""Questions about a subscription that the rows of the access table share."""

from datetime import datetime

from app.policy.access_facts import ItemFacts, SubscriptionFacts

INCOMPLETE = frozenset({"incomplete", "incomplete_expired"})
OVERDUE = frozenset({"past_due", "unpaid"})
OVER = frozenset({"canceled", "incomplete_expired"})
KNOWN_STATUSES = INCOMPLETE | OVERDUE | OVER | {"trialing", "active", "paused"}

FREE_PAUSES = frozenset({"keep_as_draft", "mark_uncollectible"})
KNOWN_PAUSES = FREE_PAUSES | {"void"}


def scheduled_end(subscription: SubscriptionFacts) -> datetime | None:
    """All three fields count: a cancellation in the customer portal may set `cancel_at` and leave the boolean false."""
    if subscription.ended_at is not None:
        return subscription.ended_at
    if subscription.cancel_at is not None:
        return subscription.cancel_at
    if subscription.cancel_at_period_end:
        return min((item.period_end for item in subscription.items), default=None)
    return None


def ends_by(subscription: SubscriptionFacts, instant: datetime) -> bool:
    if subscription.status in OVER:
        return True
    end = scheduled_end(subscription)
    return end is not None and end <= instant


def voided_at(subscription: SubscriptionFacts, instant: datetime) -> bool:
    """A pause of collection makes the invoice of that instant void: no service is sold for the time after it."""
    resumes = subscription.pause_resumes_at
    return subscription.pause_collection == "void" and (resumes is None or resumes > instant)


def renews(subscription: SubscriptionFacts, period_end: datetime) -> bool:
    return not ends_by(subscription, period_end) and not voided_at(subscription, period_end)


def trial_end(subscription: SubscriptionFacts, item: ItemFacts) -> datetime | None:
    """The trial's end if the item's period is the trial."""
    end = subscription.trial_end
    if subscription.status == "trialing":
        end = end or item.period_end
        return end if item.period_start < end else None
    return end if end is not None and item.period_end <= end else None


def pause_start(subscription: SubscriptionFacts, item: ItemFacts) -> datetime | None:
    """When the status became `paused`, also if it was canceled in the pause. Where Stripe does not say when (releases
    before 2026-09-30): at the trial's end, the only pause there was then, else nothing is known to be paid."""
    if subscription.status == "paused":
        return subscription.paused_at or trial_end(subscription, item) or item.period_start
    return subscription.paused_at if subscription.status == "canceled" else None
