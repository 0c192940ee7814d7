"""A subscription with its items inside the body."""

from collections.abc import Mapping
from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import EpochSeconds


class Subscription(Mirrored, table=True):
    __tablename__ = "subscription"
    kind: ClassVar[str] = "subscription"

    customer: str | None = Field(default=None, index=True)
    uid: str | None = None
    status: str | None = None
    created: int | None = Field(default=None, sa_type=EpochSeconds)
    ended_at: int | None = Field(default=None, sa_type=EpochSeconds)
    serves_from: int | None = Field(default=None, sa_type=EpochSeconds)
    latest_invoice: str | None = None
    schedule: str | None = None
    test_clock: str | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "customer": text(body, "customer"),
            "uid": text(body, "metadata", keys.uid),
            "status": text(body, "status"),
            "created": number(body, "created"),
            "ended_at": number(body, "ended_at"),
            "serves_from": serves_from(body),
            "latest_invoice": text(body, "latest_invoice"),
            "schedule": text(body, "schedule"),
            "test_clock": text(body, "test_clock"),
        }


def serves_from(body: Body) -> int | None:
    """The start of the earliest current period of an item: older invoices, if paid, say nothing about access."""
    items = body.get("items")
    data = items.get("data") if isinstance(items, Mapping) else None
    starts = [number(item, "current_period_start") for item in data or ()]
    return min((start for start in starts if start is not None), default=None)
