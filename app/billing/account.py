"""What a customer has, as their account page shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson

from app.billing.access import access_of
from app.billing.account_lines import Line, lines_of
from app.billing.context import Context
from app.db.account_rows import AccountRow, product_names, subscriptions_of
from app.db.mirrored import Body
from app.policy.access import ProductAccess
from app.policy.cancellation_facts import CancellationFacts, cancellation_facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """What the customer asked for and Stripe does not have yet; `action` is "cancel" or "resume"."""

    action: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountSubscription:
    """`access` is the best of its products; `cycle_ends` is when a cancellation made now would take effect, `ends_at`
    when it ended or is planned to."""

    subscription: str
    lines: tuple[Line, ...]
    access: ProductAccess | None
    cycle_ends: datetime | None
    ends_at: datetime | None
    ending: bool
    alive: bool
    schedule: str | None
    waiting: Waiting | None

    @property
    def name(self) -> str:
        return " + ".join(dict.fromkeys(line.name for line in self.lines)) or "Subscription"

    @property
    def can_cancel(self) -> bool:
        return self.alive and not self._to_be_ended

    @property
    def can_resume(self) -> bool:
        return self.alive and self._to_be_ended

    @property
    def _to_be_ended(self) -> bool:
        return self.waiting.action == "cancel" if self.waiting else self.ending


def account_of(context: Context, uid: str) -> tuple[AccountSubscription, ...]:
    """The subscriptions that run, then those that are over; the newest first in each."""
    now = context.clock()
    with context.db.read() as tx:
        rows = [(row, orjson.loads(row.body)) for row in subscriptions_of(tx, uid)]
        best = _best_by_subscription(access_of(context, uid).products)
        names = product_names(tx, (line.product for _, body in rows for line in lines_of(body, {})))
    shown = [_shown(row, body, best.get(row.subscription), names, now) for row, body in rows]
    return tuple(sorted(shown, key=lambda one: not one.alive))


def _shown(
    row: AccountRow, body: Body, access: ProductAccess | None, names: Mapping[str, str], now: datetime
) -> AccountSubscription:
    facts: CancellationFacts = cancellation_facts(body, now=now, asked_at=now, found_period_end=None)
    return AccountSubscription(
        subscription=row.subscription,
        lines=lines_of(body, names),
        access=access,
        cycle_ends=facts.cycle_end,
        ends_at=facts.ends_at,
        ending=facts.will_not_renew,
        alive=not facts.over and not facts.incomplete,
        schedule=facts.schedule,
        waiting=Waiting(action=row.waiting, since=row.waiting_since) if row.waiting and row.waiting_since else None,
    )


def _best_by_subscription(products: Iterable[ProductAccess]) -> dict[str, ProductAccess]:
    """They come in order, the best first."""
    best: dict[str, ProductAccess] = {}
    for product in products:
        best.setdefault(product.subscription, product)
    return best
