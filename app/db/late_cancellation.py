"""Cancellations that were recorded in time and reached Stripe too late, and about which no claim is open yet."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select

from app.db.cancellation import CancellationRequest
from app.db.claim import Claim
from app.db.engine import Tx
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.policy.cancellation_steps import CancelResult


class LateCancellation(NamedTuple):
    """`invoice` is the renewal that was charged all the same."""

    request: str
    uid: str
    subscription: str
    requested_at: datetime
    finished_at: datetime
    invoice: str | None


def unclaimed(tx: Tx, *, limit: int) -> list[LateCancellation]:
    """The oldest first."""
    return [LateCancellation._make(row) for row in tx.execute(_UNCLAIMED.limit(limit))]


_r, _s, _c = (table_of(model).c for model in (CancellationRequest, Subscription, Claim))
_UNCLAIMED = (
    select(
        _r.id,
        _r.uid,
        _r.subscription,
        _r.requested_at,
        _r.finished_at,
        func.coalesce(_r.renewal_invoice, _s.latest_invoice),
    )
    .select_from(table_of(CancellationRequest).outerjoin(table_of(Subscription), _s.id == _r.subscription))
    .where(
        _r.outcome == CancelResult.RENEWED_BEFORE_CANCEL,
        _r.uid.is_not(None),
        _r.finished_at.is_not(None),
        ~exists().where(_c.cancellation_request == _r.id),
    )
    .order_by(_r.finished_at, _r.id)
)
