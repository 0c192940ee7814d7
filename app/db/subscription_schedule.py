"""Planned changes of a subscription."""

from typing import ClassVar

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, text


class SubscriptionSchedule(Mirrored, table=True):
    __tablename__ = "subscription_schedule"
    kind: ClassVar[str] = "subscription_schedule"

    customer: str | None = None
    subscription: str | None = None
    status: str | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "customer": text(body, "customer"),
            "subscription": text(body, "subscription"),
            "status": text(body, "status"),
        }
