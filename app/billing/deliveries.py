"""The host's record of what it delivered: claims are decided by it (1.1 and 2.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.billing.context import Context
from app.db import delivery
from app.db.delivery import Delivered
from app.db.engine import Tx
from app.errors import DeliveryConflict, DeliveryInFuture

CLOCKS_DIFFER = timedelta(minutes=5)


class DeliveryStatus(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryRecord:
    """What is known of an order; a task that succeeded at last was delivered, whatever failed before."""

    succeeded: Delivered | None
    failed: Delivered | None

    @property
    def status(self) -> DeliveryStatus | None:
        if self.succeeded:
            return DeliveryStatus.SUCCEEDED
        return DeliveryStatus.FAILED if self.failed else None


def record_delivery(
    context: Context, *, uid: str, order: str, status: DeliveryStatus, occurred_at: datetime, detail: str | None
) -> tuple[Delivered, bool]:
    """The record of that order and status, and whether it is new; the first that was told stays.

    Raises:
        DeliveryConflict: the order is recorded for another user.
        DeliveryInFuture: it cannot have happened yet.
    """
    now = context.clock()
    if occurred_at > now + CLOCKS_DIFFER:
        raise DeliveryInFuture
    told = Delivered(uid, order, status, occurred_at, detail, now)
    with context.db.write() as tx:
        is_new = delivery.record(tx, told)
        known = delivery.deliveries_of(tx, order)
        if any(each.uid != uid for each in known.values()):
            raise DeliveryConflict
    return known[status], is_new


def delivery_of(tx: Tx, uid: str, order: str) -> DeliveryRecord:
    """What the host told of this user's order; another user's order is as unknown as one that does not exist."""
    known = {status: each for status, each in delivery.deliveries_of(tx, order).items() if each.uid == uid}
    return DeliveryRecord(succeeded=known.get(DeliveryStatus.SUCCEEDED), failed=known.get(DeliveryStatus.FAILED))
