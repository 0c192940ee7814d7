"""Which payment paid how much of which invoice."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import Money


class InvoicePayment(Mirrored, table=True):
    __tablename__ = "invoice_payment"
    kind: ClassVar[str] = "invoice_payment"

    invoice: str | None = Field(default=None, index=True)
    payment_intent: str | None = Field(default=None, index=True)
    charge: str | None = Field(default=None, index=True)
    status: str | None = None
    currency: str | None = None
    amount_paid: int | None = Field(default=None, sa_type=Money)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "invoice": text(body, "invoice"),
            "payment_intent": text(body, "payment", "payment_intent"),
            "charge": text(body, "payment", "charge"),
            "status": text(body, "status"),
            "currency": text(body, "currency"),
            "amount_paid": number(body, "amount_paid"),
        }
