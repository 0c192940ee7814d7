"""An invoice made smaller: before payment less is due, after it money or credit goes back."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import EpochSeconds, Money


class CreditNote(Mirrored, table=True):
    __tablename__ = "credit_note"
    kind: ClassVar[str] = "credit_note"

    customer: str | None = Field(default=None, index=True)
    invoice: str | None = Field(default=None, index=True)
    status: str | None = None
    currency: str | None = None
    amount: int | None = Field(default=None, sa_type=Money)
    post_payment_amount: int | None = Field(default=None, sa_type=Money)
    created: int | None = Field(default=None, sa_type=EpochSeconds)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "customer": text(body, "customer"),
            "invoice": text(body, "invoice"),
            "status": text(body, "status"),
            "currency": text(body, "currency"),
            "amount": number(body, "amount"),
            "post_payment_amount": number(body, "post_payment_amount"),
            "created": number(body, "created"),
        }
