"""An invoice with its lines inside the body."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, flag, number, text
from app.db.types import EpochSeconds, Money


class Invoice(Mirrored, table=True):
    __tablename__ = "invoice"
    __table_args__ = (Index("ix_invoice_subscription_serves_until", "subscription", "serves_until"),)
    kind: ClassVar[str] = "invoice"

    customer: str | None = Field(default=None, index=True)
    subscription: str | None = None
    status: str | None = None
    number: str | None = None
    billing_reason: str | None = None
    currency: str | None = None
    total: int | None = Field(default=None, sa_type=Money)
    amount_paid: int | None = Field(default=None, sa_type=Money)
    created: int | None = Field(default=None, sa_type=EpochSeconds)
    serves_until: int | None = Field(default=None, sa_type=EpochSeconds)
    # Told by payments, refunds and disputes, not by the invoice: an upsert of the invoice leaves them alone.
    payment_processing: bool | None = None
    money_gone: bool | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "customer": text(body, "customer"),
            "subscription": text(body, "parent", "subscription_details", "subscription"),
            "status": text(body, "status"),
            "number": text(body, "number"),
            "billing_reason": text(body, "billing_reason"),
            "currency": text(body, "currency"),
            "total": number(body, "total"),
            "amount_paid": number(body, "amount_paid"),
            "created": number(body, "created"),
            "serves_until": serves_until(body),
        }


def serves_until(body: Body) -> int | None:
    """The end of the latest period that the invoice bills; prorations count only on a first invoice."""
    lines = body.get("lines")
    data = lines.get("data") if isinstance(lines, Mapping) else None
    first = body.get("billing_reason") == "subscription_create"
    ends = [number(line, "period", "end") for line in data or () if first or not _is_proration(line)]
    return max((end for end in ends if end is not None), default=None)


def _is_proration(line: Any) -> bool:
    return flag(line, "parent", "subscription_item_details", "proration") or flag(
        line, "parent", "invoice_item_details", "proration"
    )
