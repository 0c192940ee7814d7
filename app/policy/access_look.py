"""When to ask Stripe again: nobody who renews is locked out on news that may only be missing."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.policy.access_bill import Bill, bill_of, billed_period
from app.policy.access_facts import AccessFacts, ItemFacts
from app.policy.access_segments import Reason, Segments
from app.policy.access_subscription import INCOMPLETE, KNOWN_PAUSES, KNOWN_STATUSES, OVER, OVERDUE, trial_end
from app.policy.access_timeline import ItemTimeline, timelines

LOOK_AFTER = timedelta(minutes=10)
LOOK_BEFORE = timedelta(hours=1)
LOOK_REPEAT = timedelta(hours=6)  # while Stripe's own answer does not make sense to us
RECHECK = timedelta(minutes=5)
"""How soon it is looked again whether Stripe has answered, while access is held because it had not."""

LAST_CALLS = (timedelta(minutes=15), timedelta(minutes=1))
"""How long before a lock-out it is checked that Stripe has answered; within the first, access is held."""

DRAFT_LASTS = timedelta(hours=72)  # Stripe finalizes a renewal's draft by then, even if no endpoint answered

_ON_TRUST = frozenset({Reason.UNCONFIRMED, Reason.GRACE})
_KNOWN_INVOICE_STATUSES = frozenset({"draft", "open", "paid", "uncollectible", "void"})


def look_again_at(
    facts: AccessFacts,
    grace: timedelta,
    now: datetime,
    *,
    asked_at: datetime | None = None,
    items: Iterable[ItemTimeline] | None = None,
) -> datetime | None:
    """When Stripe is next to be asked. `now` means at once; `asked_at`, when it last answered, tells which looks were
    made. Without it, looks whose time has passed count as made. `items`: their timelines, if they are at hand."""
    known = timelines(facts, grace=grace) if items is None else tuple(items)
    looks = [at for timeline in known for at in _looks(timeline)]
    if needs_fetch(facts):
        looks.append(now if asked_at is None else asked_at + LOOK_REPEAT)
    if asked_at is None:
        looks += _soon(facts, known, now)
        return min((at for at in looks if at >= now), default=None)
    return min((max(at, now) for at in looks if at > asked_at), default=None)


def lock_out(known: Iterable[ItemTimeline], now: datetime) -> datetime | None:
    """When the next item loses access on news that may be missing."""
    ends = (
        max((segment.until for segment in timeline.segments if segment.entitled and segment.until), default=None)
        for timeline in known
        if timeline.unsure
    )
    return min((end for end in ends if end is not None and end > now), default=None)


def needs_fetch(facts: AccessFacts) -> bool:
    """The facts miss something that the answer needs, contradict each other, or are new to us."""
    return bool(alarms(facts)) or any(_doubts(facts))


def alarms(facts: AccessFacts) -> tuple[str, ...]:
    """What Stripe said and we do not know: kept as it came, and a person should hear of it."""
    subscription = facts.subscription
    found = []
    if subscription.status not in KNOWN_STATUSES:
        found.append(f"unknown subscription status {subscription.status!r}")
    if subscription.pause_collection is not None and subscription.pause_collection not in KNOWN_PAUSES:
        found.append(f"unknown pause_collection behavior {subscription.pause_collection!r}")
    statuses = sorted({invoice.status for invoice in facts.invoices} - _KNOWN_INVOICE_STATUSES)
    return (*found, *(f"unknown invoice status {status!r}" for status in statuses))


def _soon(facts: AccessFacts, known: Iterable[ItemTimeline], now: datetime) -> Iterator[datetime]:
    """News that come during a hold, or shortly before a lock-out, do not put off what was planned for it."""
    if facts.held_until is not None and now < facts.held_until:
        yield now + RECHECK
    elif (end := lock_out(known, now)) is not None and end - now < LOOK_BEFORE:
        yield now


def _looks(timeline: ItemTimeline) -> Iterator[datetime]:
    ends = timeline.item.period_end
    for segment in timeline.segments:
        if segment.reason is Reason.FREE_PAUSE and segment.until is None:
            yield ends + LOOK_AFTER
        if segment.reason is Reason.PENDING and timeline.invoice is not None and timeline.invoice.status == "draft":
            yield min(timeline.invoice.created + DRAFT_LASTS, ends) + LOOK_AFTER
    if timeline.unsure:
        yield from _before_lock_out(timeline.segments)


def _before_lock_out(segments: Segments) -> Iterator[datetime]:
    """Shortly after a period's end without news, and again before access ends; within a very short grace, halfway."""
    entitled = [segment for segment in segments if segment.entitled]
    if not entitled or (ends := entitled[-1].until) is None:
        return
    sure = [segment.until for segment in entitled if segment.until and segment.reason not in _ON_TRUST]
    half = (ends - sure[-1]) / 2 if sure else LOOK_BEFORE
    yield ends - min(LOOK_BEFORE, half)
    if sure and entitled[-1].reason is Reason.UNCONFIRMED:
        yield sure[-1] + min(LOOK_AFTER, half)


def _doubts(facts: AccessFacts) -> Iterable[bool]:
    subscription = facts.subscription
    over = subscription.status in OVER
    yield not subscription.items
    yield subscription.status == "canceled" and subscription.ended_at is None
    yield not over and subscription.ended_at is not None
    yield subscription.status == "paused" and subscription.paused_at is None
    for item in subscription.items:
        yield item.period_end <= item.period_start
        yield _period_doubtful(facts, item)


def _period_doubtful(facts: AccessFacts, item: ItemFacts) -> bool:
    subscription = facts.subscription
    bill = billed_period(facts, item).bill
    on_trial = trial_end(subscription, item) is not None
    if subscription.status == "trialing" and not on_trial:
        return True
    if bill is Bill.UNSEEN:
        ended = subscription.ended_at
        matters = subscription.status not in OVER or (ended is not None and ended < item.period_end)
        return matters and not on_trial
    if bill is Bill.SETTLED and subscription.status in OVERDUE:
        return all(bill_of(invoice) is not Bill.OPEN for invoice in facts.invoices)
    return bill is Bill.SETTLED and subscription.status in INCOMPLETE and subscription.latest_invoice is not None
