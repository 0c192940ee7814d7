"""May this user in? The answer at an instant, from facts alone: access ends on time without a job or a webhook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.policy.access_answers import ItemAnswers, answers_of
from app.policy.access_look import LOOK_AFTER, LOOK_BEFORE, alarms, look_again_at, needs_fetch
from app.policy.access_segments import Reason, Segment, boundaries, find, flip
from app.policy.access_timeline import ItemTimeline, Timelines, timelines

__all__ = [
    "LOOK_AFTER",
    "LOOK_BEFORE",
    "Access",
    "ItemTimeline",
    "ProductAccess",
    "Reason",
    "Segment",
    "Timelines",
    "alarms",
    "answer",
    "answer_at",
    "combine",
    "look_again_at",
    "needs_fetch",
    "next_flip",
    "timelines",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductAccess:
    product: str
    price: str
    lookup_key: str | None
    subscription: str
    entitled: bool
    until: datetime | None
    paid_through: datetime | None
    renews_at: datetime | None
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """`until`: when `entitled` flips if nothing changes; for what has ended when it ended; None where there never was
    access, or where it has no end. The products are in order, the best first."""

    entitled: bool
    until: datetime | None
    reason: Reason
    products: tuple[ProductAccess, ...]


def answer(items: Iterable[ItemTimeline], now: datetime) -> Access:
    """For one user: the timelines of all their subscriptions, on one clock."""
    return answer_at([answers_of(timeline) for timeline in items], now)


def answer_at(items: Iterable[ItemAnswers], now: datetime) -> Access:
    """As `answer`, when the answers at every instant are at hand."""
    products = [product_access(item, now) for item in items]
    if not products:
        return Access(entitled=False, until=None, reason=Reason.NO_SUBSCRIPTION, products=())
    if len(products) > 1:
        products.sort(key=lambda product: _worth(product, now), reverse=True)
    best = products[0]
    return Access(entitled=best.entitled, until=best.until, reason=best.reason, products=tuple(products))


def combine(answers: Iterable[Access]) -> Access:
    """For a user whose subscriptions live on different clocks: the best of answers that were given on each."""
    products = [product for answer in answers for product in answer.products]
    if not products:
        return Access(entitled=False, until=None, reason=Reason.NO_SUBSCRIPTION, products=())
    products.sort(key=lambda product: _worth(product, product.until or _EVER), reverse=True)
    best = products[0]
    return Access(entitled=best.entitled, until=best.until, reason=best.reason, products=tuple(products))


def product_access(item: ItemAnswers, now: datetime) -> ProductAccess:
    segments = item.segments
    index = find(segments, now)
    segment = segments[index]
    return ProductAccess(
        product=item.product,
        price=item.price,
        lookup_key=item.lookup_key,
        subscription=item.subscription,
        entitled=segment.entitled,
        until=flip(segments, index),
        paid_through=item.paid_through,
        renews_at=item.renews_at,
        reason=segment.reason,
    )


def next_flip(items: ItemTimeline | Iterable[ItemTimeline], now: datetime) -> datetime | None:
    """The next instant at which `entitled` or the reason of an item changes."""
    several: Iterable[ItemTimeline] = (items,) if isinstance(items, ItemTimeline) else items
    later = (at for timeline in several for at in boundaries(timeline.segments) if at > now)
    return min(later, default=None)


_EVER = datetime.min.replace(tzinfo=UTC)
_BEST_REASON_FIRST: Sequence[Reason] = tuple(Reason)


def _worth(product: ProductAccess, now: datetime) -> tuple[bool, float, int]:
    """Entitled for longest; else the one that comes back soonest; else the one that ended last."""
    tie = -_BEST_REASON_FIRST.index(product.reason)
    if product.until is None:
        return product.entitled, float("inf") if product.entitled else float("-inf"), tie
    if not product.entitled and product.until > now:
        return False, 1e15 - product.until.timestamp(), tie
    return product.entitled, product.until.timestamp(), tie
