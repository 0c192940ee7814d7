"""What changed about a user's access, each with the instant at which it happened, not at which we noticed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from app.policy.access_facts import ItemFacts
from app.policy.access_segments import Reason, find
from app.policy.access_timeline import ItemTimeline
from app.policy.standing import Standing


class Transition(StrEnum):
    GRANTED = "granted"
    EXTENDED = "extended"
    SCHEDULED_TO_END = "scheduled_to_end"
    RESUMED = "resumed"  # the scheduled end was taken back
    REDUCED = "reduced"  # paid time was taken away, and access goes on for now: a charge came back
    ENDED = "ended"
    FORFEITED = "forfeited"
    RESTORED = "restored"


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessChange:
    subscription: str
    item: ItemFacts
    transition: Transition
    at: datetime


def transitions(
    before: tuple[ItemTimeline, ...] | None,
    after: tuple[ItemTimeline, ...],
    now: datetime,
    *,
    journalled_to: datetime | None = None,
) -> tuple[AccessChange, ...]:
    """What happened up to `now`: first what time alone did to `before` since `journalled_to`, then what the facts
    changed. The same timelines on both sides give what time did."""
    known = {timeline.item.item: timeline for timeline in before or ()}
    found: list[AccessChange] = []
    for timeline in after:
        old = known.pop(timeline.item.item, None)
        if old is not None and journalled_to is not None:
            found += _by_time(old, journalled_to, now)
        found += _by_facts(old, timeline, now, added=bool(before))
    for gone in known.values():
        if journalled_to is not None:
            found += _by_time(gone, journalled_to, now)
        if _entitled(gone, now):
            found.append(_change(gone, Transition.ENDED, now))
    return tuple(sorted(found, key=lambda change: change.at))


def _by_time(timeline: ItemTimeline, since: datetime, now: datetime) -> Iterator[AccessChange]:
    for segment, following in pairwise(timeline.segments):
        at = segment.until
        if at is None or not since < at <= now or segment.entitled is following.entitled:
            continue
        yield _change(timeline, _lost_by(following.reason) if segment.entitled else Transition.RESTORED, at)


def _by_facts(old: ItemTimeline | None, new: ItemTimeline, now: datetime, *, added: bool) -> Iterator[AccessChange]:
    was, entitled = old is not None and _entitled(old, now), _entitled(new, now)
    if entitled and not was:
        if old is None:
            yield _change(new, Transition.GRANTED, _latest(now, None if added else new.subscription.started_at))
        elif old.segments[0].reason is Reason.INCOMPLETE:
            yield _change(new, Transition.GRANTED, _latest(now, new.subscription.started_at, _paid_at(new)))
        else:
            yield _change(new, Transition.RESTORED, _restored_at(old, new, now))
    elif was and not entitled:
        reason = new.segments[find(new.segments, now)].reason
        yield _change(new, _lost_by(reason), _lost_at(new, now))
    elif entitled and old is not None:
        yield from _while_entitled(old, new, now)


def _while_entitled(old: ItemTimeline, new: ItemTimeline, now: datetime) -> Iterator[AccessChange]:
    if old.paid_through is not None and new.paid_through is not None:
        if new.paid_through > old.paid_through:
            yield _change(new, Transition.EXTENDED, _latest(now, _paid_at(new)))
        elif new.paid_through < old.paid_through:
            yield _change(new, Transition.REDUCED, _latest(now, _lost_moment(new)))
    if not _ends(old) and _ends(new):
        yield _change(new, Transition.SCHEDULED_TO_END, _latest(now, new.subscription.canceled_at))
    if _ends(old) and not _ends(new):
        yield _change(new, Transition.RESUMED, now)


def _ends(timeline: ItemTimeline) -> bool:
    return timeline.segments[-1].reason is Reason.ENDED


def _lost_by(reason: Reason) -> Transition:
    return Transition.FORFEITED if reason in (Reason.SUSPENDED, Reason.TERMINATED) else Transition.ENDED


def _lost_at(timeline: ItemTimeline, now: datetime) -> datetime:
    """Facts took access away: when Stripe or an operator made them, or at the instant that they set if it is later
    (an invoice that becomes uncollectible today ends a period's access at its start, yet there was access until today).
    """
    moment = _lost_moment(timeline)
    return now if moment is None else _latest(now, moment, _entitled_until(timeline, now))


def _restored_at(old: ItemTimeline, new: ItemTimeline, now: datetime) -> datetime:
    """The payment or the reinstatement since access was lost; where none is later than the loss, when it was told."""
    lost = _entitled_until(old, now)
    moments = [_paid_at(new)]
    if new.standing.standing is Standing.GOOD:
        moments.append(new.standing.decided_at)
    return _latest(now, *(at for at in moments if at is not None and (lost is None or at > lost)))


def _paid_at(timeline: ItemTimeline) -> datetime | None:
    return None if timeline.invoice is None else timeline.invoice.paid_at


def _entitled_until(timeline: ItemTimeline, now: datetime) -> datetime | None:
    before = timeline.segments[: find(timeline.segments, now)]
    return next((segment.until for segment in reversed(before) if segment.entitled), None)


def _lost_moment(timeline: ItemTimeline) -> datetime | None:
    subscription, invoice = timeline.subscription, timeline.invoice
    moments = [subscription.ended_at, subscription.paused_at]
    if timeline.standing.standing is not Standing.GOOD:
        moments.append(timeline.standing.decided_at)
    if invoice is not None:
        moments += [invoice.voided_at, invoice.marked_uncollectible_at]
    return max((moment for moment in moments if moment is not None), default=None)


def _latest(now: datetime, *moments: datetime | None) -> datetime:
    """The latest that has happened by `now`; `now` itself where nothing tells."""
    return max((moment for moment in moments if moment is not None and moment <= now), default=now)


def _entitled(timeline: ItemTimeline, at: datetime) -> bool:
    return timeline.segments[find(timeline.segments, at)].entitled


def _change(timeline: ItemTimeline, transition: Transition, at: datetime) -> AccessChange:
    return AccessChange(
        subscription=timeline.subscription.subscription, item=timeline.item, transition=transition, at=at
    )
