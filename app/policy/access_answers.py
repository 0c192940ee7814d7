"""Every answer about one item of a subscription, at every instant, without the facts behind it: quick to read.

As JSON an item is a list: subscription, product, price, lookup_key, paid_through, renews_at and its segments, each
`[until, reason]`; instants are epoch seconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.policy.access_segments import ENTITLED, Reason, Segment, Segments
from app.policy.access_timeline import ItemTimeline
from app.policy.instants import from_epoch, to_epoch


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemAnswers:
    subscription: str
    product: str
    price: str
    lookup_key: str | None
    paid_through: datetime | None
    renews_at: datetime | None
    segments: Segments


def answers_of(timeline: ItemTimeline) -> ItemAnswers:
    item = timeline.item
    return ItemAnswers(
        subscription=timeline.subscription.subscription,
        product=item.product,
        price=item.price,
        lookup_key=item.lookup_key,
        paid_through=timeline.paid_through,
        renews_at=timeline.renews_at,
        segments=timeline.segments,
    )


def encode_answers(items: Iterable[ItemTimeline]) -> list[Any]:
    return [_encode(answers_of(timeline)) for timeline in items]


def decode_answers(encoded: Iterable[Sequence[Any]]) -> list[ItemAnswers]:
    return [_decode(*item) for item in encoded]


def _encode(item: ItemAnswers) -> list[Any]:
    segments = [[_seconds(segment.until), segment.reason] for segment in item.segments]
    ends = [_seconds(item.paid_through), _seconds(item.renews_at)]
    return [item.subscription, item.product, item.price, item.lookup_key, *ends, segments]


def _decode(
    subscription: str,
    product: str,
    price: str,
    lookup_key: str | None,
    paid_through: float | None,
    renews_at: float | None,
    segments: Iterable[tuple[float | None, str]],
) -> ItemAnswers:
    return ItemAnswers(
        subscription=subscription,
        product=product,
        price=price,
        lookup_key=lookup_key,
        paid_through=_instant(paid_through),
        renews_at=_instant(renews_at),
        segments=tuple([Segment(_instant(until), reason in ENTITLED, _REASONS[reason]) for until, reason in segments]),
    )


_REASONS = {reason.value: reason for reason in Reason}


def _seconds(instant: datetime | None) -> float | None:
    return None if instant is None else to_epoch(instant)


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else from_epoch(seconds)
