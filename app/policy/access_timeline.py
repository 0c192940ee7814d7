"""A subscription's facts as timelines, one per item: every answer at every instant, as far as is known now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.policy.access_bill import billed_period
from app.policy.access_facts import AccessFacts, InvoiceFacts, ItemFacts, StandingFacts, SubscriptionFacts
from app.policy.access_rows import row_of
from app.policy.access_segments import Reason, Segments, cut, line_up, prolong, withhold
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemTimeline:
    """`invoice` bills the item's current period, if one was seen. `unsure`: the end of access in `segments` rests on
    news that may be missing."""

    subscription: SubscriptionFacts
    item: ItemFacts
    invoice: InvoiceFacts | None
    standing: StandingFacts
    paid_through: datetime | None
    renews_at: datetime | None
    segments: Segments
    unsure: bool


Timelines = tuple[ItemTimeline, ...]


def timelines(facts: AccessFacts, *, grace: timedelta) -> Timelines:
    return tuple(_timeline(facts, item, grace) for item in facts.subscription.items)


def _timeline(facts: AccessFacts, item: ItemFacts, grace: timedelta) -> ItemTimeline:
    period = billed_period(facts, item)
    row = row_of(facts, item, period, grace)
    segments = row.segments
    if row.unsure and facts.held_until is not None:
        segments = prolong(segments, facts.held_until, Reason.UNCONFIRMED)
    good = facts.standing.standing is Standing.GOOD
    paid_through = row.paid_through if good else None
    if paid_through is not None and (forfeited := facts.standing.forfeited_until) and paid_through <= forfeited:
        paid_through = None
    return ItemTimeline(
        subscription=facts.subscription,
        item=item,
        invoice=period.invoice,
        standing=facts.standing,
        paid_through=paid_through,
        renews_at=row.renews_at if good else None,
        segments=_by_standing(facts.standing, segments),
        unsure=row.unsure and good,
    )


def _by_standing(standing: StandingFacts, segments: Segments) -> Segments:
    """A violation forfeits the time that was left (4.1); it stays forfeited unless the decision is annulled."""
    if standing.forfeited_until is not None:
        segments = withhold(segments, standing.forfeited_until, Reason.SUSPENDED)
    if standing.standing is Standing.GOOD:
        return segments
    reason = Reason.TERMINATED if standing.standing is Standing.TERMINATED else Reason.SUSPENDED
    return line_up(then=reason) if standing.decided_at is None else cut(segments, standing.decided_at, reason)
