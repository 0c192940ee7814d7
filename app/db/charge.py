"""Money taken, or an attempt that failed."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, flag, number, text
from app.db.types import EpochSeconds, Money


class Charge(Mirrored, table=True):
    __tablename__ = "charge"
    kind: ClassVar[str] = "charge"
    watched: ClassVar[tuple[str, ...]] = ("amount_refunded",)

    uid: str | None = Field(default=None, index=True)
    customer: str | None = Field(default=None, index=True)
    payment_intent: str | None = Field(default=None, index=True)
    status: str | None = None
    captured: bool = False
    disputed: bool = False
    currency: str | None = None
    amount: int | None = Field(default=None, sa_type=Money)
    amount_captured: int | None = Field(default=None, sa_type=Money)
    amount_refunded: int | None = Field(default=None, sa_type=Money)
    receipt_number: str | None = None
    created: int | None = Field(default=None, index=True, sa_type=EpochSeconds)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "uid": text(body, "metadata", keys.uid),
            "customer": text(body, "customer"),
            "payment_intent": text(body, "payment_intent"),
            "status": text(body, "status"),
            "captured": flag(body, "captured"),
            "disputed": flag(body, "disputed"),
            "currency": text(body, "currency"),
            "amount": number(body, "amount"),
            "amount_captured": number(body, "amount_captured"),
            "amount_refunded": number(body, "amount_refunded"),
            "receipt_number": text(body, "receipt_number"),
            "created": number(body, "created"),
        }
