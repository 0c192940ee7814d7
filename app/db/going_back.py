"""What a refund and a dispute have in common: money of a charge that goes back."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import EpochSeconds, Money


class GoingBack(Mirrored):
    watched: ClassVar[tuple[str, ...]] = ("status",)

    charge: str | None = Field(default=None, index=True)
    payment_intent: str | None = None
    status: str | None = None
    currency: str | None = None
    amount: int | None = Field(default=None, sa_type=Money)
    created: int | None = Field(default=None, sa_type=EpochSeconds)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "charge": text(body, "charge"),
            "payment_intent": text(body, "payment_intent"),
            "status": text(body, "status"),
            "currency": text(body, "currency"),
            "amount": number(body, "amount"),
            "created": number(body, "created"),
        }
