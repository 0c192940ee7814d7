"""One attempt to collect money, however many charges it takes."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import EpochSeconds, Money


class PaymentIntent(Mirrored, table=True):
    __tablename__ = "payment_intent"
    kind: ClassVar[str] = "payment_intent"
    watched: ClassVar[tuple[str, ...]] = ("status",)

    customer: str | None = Field(default=None, index=True)
    status: str | None = None
    latest_charge: str | None = None
    order_id: str | None = Field(default=None, index=True)
    currency: str | None = None
    amount: int | None = Field(default=None, sa_type=Money)
    created: int | None = Field(default=None, sa_type=EpochSeconds)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "customer": text(body, "customer"),
            "status": text(body, "status"),
            "latest_charge": text(body, "latest_charge"),
            "order_id": text(body, "metadata", keys.order),
            "currency": text(body, "currency"),
            "amount": number(body, "amount"),
            "created": number(body, "created"),
        }
