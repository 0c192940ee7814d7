"""The access table: which row fits a subscription's item, and what it says. The first that fits decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.policy.access_bill import Bill, BilledPeriod
from app.policy.access_facts import AccessFacts, ItemFacts
from app.policy.access_owing import Owing, owing
from app.policy.access_segments import Reason, Segments, cut, line_up
from app.policy.access_subscription import (
    FREE_PAUSES,
    INCOMPLETE,
    OVER,
    OVERDUE,
    ends_by,
    pause_start,
    renews,
    scheduled_end,
    trial_end,
    voided_at,
)

TO_ASK = timedelta(hours=1)
"""How long at least access goes on without news of a renewal: it cannot be looked up before it has begun, so without
this a grace of zero would turn people away until a webhook comes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """`unsure`: the lock-out at the end rests on news that may be missing, so Stripe is asked before it."""

    paid_through: datetime | None
    renews_at: datetime | None = None
    segments: Segments
    unsure: bool = False


def row_of(facts: AccessFacts, item: ItemFacts, period: BilledPeriod, grace: timedelta) -> Row:
    subscription = facts.subscription
    paid = period.invoice is not None and period.invoice.status == "paid" and period.bill is Bill.SETTLED
    if subscription.status in INCOMPLETE and not paid:
        return Row(paid_through=None, segments=line_up(then=Reason.INCOMPLETE))
    paused = pause_start(subscription, item)
    if paused is not None:
        return _paused(facts, item, period, grace, at=paused)
    ends = trial_end(subscription, item)
    if ends is not None and subscription.status in ("trialing", "canceled"):
        return _trial(facts, ends, grace)
    if subscription.pause_collection in FREE_PAUSES:
        return _free_pause(facts, item, period, grace)
    return _by_invoice(facts, item, period, grace)


def _paused(facts: AccessFacts, item: ItemFacts, period: BilledPeriod, grace: timedelta, *, at: datetime) -> Row:
    """Unused time is credited at the pause, so it is not paid any more; an unpaid period is not paid by pausing."""
    unpaused = _by_invoice(facts, item, period, grace)
    over = facts.subscription.status in OVER
    return Row(
        paid_through=None if unpaused.paid_through is None else min(unpaused.paid_through, at),
        segments=cut(unpaused.segments, at, Reason.ENDED if over else Reason.PAUSED),
    )


def _trial(facts: AccessFacts, ends: datetime, grace: timedelta) -> Row:
    subscription = facts.subscription
    if renews(subscription, ends):
        segments = line_up((ends, Reason.TRIAL), (_without_news(ends, grace), Reason.UNCONFIRMED), then=Reason.UNPAID)
        return Row(paid_through=ends, renews_at=ends, segments=segments, unsure=True)
    stops = min(ends, scheduled_end(subscription) or subscription.canceled_at or ends)
    return Row(paid_through=stops, segments=line_up((stops, Reason.ENDING), then=_after(facts, ends)))


def _free_pause(facts: AccessFacts, item: ItemFacts, period: BilledPeriod, grace: timedelta) -> Row:
    """Collection pauses and the service goes on: Stripe's meaning of these two behaviors."""
    subscription, ends = facts.subscription, item.period_end
    end, resumes = scheduled_end(subscription), subscription.pause_resumes_at
    if ends_by(subscription, ends):
        paid = period.bill is Bill.SETTLED
        stops = ends if paid else min(ends, end or subscription.canceled_at or ends)
        return Row(paid_through=stops, segments=line_up((stops, Reason.ENDING), then=Reason.ENDED))
    if resumes is None:
        stopped = line_up((end, Reason.FREE_PAUSE), then=Reason.ENDED) if end else line_up(then=Reason.FREE_PAUSE)
        return Row(paid_through=ends, segments=stopped)
    segments = line_up(
        (resumes, Reason.FREE_PAUSE),
        (ends, Reason.ACTIVE),
        (_without_news(max(resumes, ends), grace), Reason.UNCONFIRMED),
        then=Reason.UNPAID,
    )
    return Row(paid_through=ends, renews_at=ends if resumes <= ends else None, segments=segments, unsure=True)


def _by_invoice(facts: AccessFacts, item: ItemFacts, period: BilledPeriod, grace: timedelta) -> Row:
    subscription, ends = facts.subscription, item.period_end
    settled, unseen = period.bill is Bill.SETTLED, period.bill is Bill.UNSEEN
    stopped = subscription.status in OVER or voided_at(subscription, ends)
    failed = subscription.status in OVERDUE or subscription.cancellation_reason == "payment_failed"
    if settled or (unseen and not failed):
        return _covered(facts, item, grace, settled=settled)
    if stopped:
        return _stopped(facts, item, period)
    return _owing(facts, item, owing(facts, item, period, grace), grace)


def _covered(facts: AccessFacts, item: ItemFacts, grace: timedelta, *, settled: bool) -> Row:
    """Paid, or nothing says that it is not."""
    ends = item.period_end
    if not renews(facts.subscription, ends):
        segments = line_up((ends, Reason.ENDING), then=_after(facts, ends))
        return Row(paid_through=ends, segments=segments)
    if settled:
        segments = line_up((ends, Reason.ACTIVE), (_without_news(ends, grace), Reason.UNCONFIRMED), then=Reason.UNPAID)
    else:
        segments = line_up((ends, Reason.UNCONFIRMED), then=Reason.UNPAID)
    return Row(paid_through=ends, renews_at=ends, segments=segments, unsure=True)


def _stopped(facts: AccessFacts, item: ItemFacts, period: BilledPeriod) -> Row:
    """Over before its period was paid: only what was paid before counts, unless a payment is still on its way."""
    debt = owing(facts, item, period, timedelta(0))
    then = _after(facts, item.period_end)
    on_its_way = period.bill is Bill.PROCESSING and facts.subscription.cancellation_reason != "payment_failed"
    if on_its_way and debt.paid_through == item.period_start:
        segments = line_up((debt.paid_through, Reason.ACTIVE), (item.period_end, Reason.PENDING), then=then)
    else:
        segments = line_up((debt.paid_through, Reason.ENDING), then=then)
    return Row(paid_through=debt.paid_through, segments=segments)


def _owing(facts: AccessFacts, item: ItemFacts, debt: Owing, grace: timedelta) -> Row:
    ends, paid = item.period_end, (debt.paid_through, Reason.ACTIVE)
    last = _after(facts, ends)
    renewing = renews(facts.subscription, ends)
    latest = _without_news(ends, grace) if renewing else ends
    waits_until, lasts_until = debt.patience or (ends, latest)
    if waits_until >= ends:
        segments = line_up(paid, (ends, Reason.PENDING), (min(latest, lasts_until), Reason.UNCONFIRMED), then=last)
    else:
        limit = lasts_until if renewing else min(ends, lasts_until)
        segments = line_up(paid, (waits_until, Reason.PENDING), (limit, Reason.GRACE), then=last)
    renews_at = ends if renewing else None
    return Row(
        paid_through=debt.paid_through, renews_at=renews_at, segments=segments, unsure=renewing and not debt.lost
    )


def _without_news(ends: datetime, grace: timedelta) -> datetime:
    return ends + max(grace, TO_ASK)


def _after(facts: AccessFacts, period_end: datetime) -> Reason:
    if ends_by(facts.subscription, period_end):
        return Reason.ENDED
    return Reason.PAUSED if voided_at(facts.subscription, period_end) else Reason.UNPAID
