"""How a product is sold."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import Money


class Price(Mirrored, table=True):
    __tablename__ = "price"
    kind: ClassVar[str] = "price"

    product: str | None = None
    lookup_key: str | None = None
    nickname: str | None = None
    currency: str | None = None
    unit_amount: int | None = Field(default=None, sa_type=Money)
    interval: str | None = None
    interval_count: int | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "product": text(body, "product"),
            "lookup_key": text(body, "lookup_key"),
            "nickname": text(body, "nickname"),
            "currency": text(body, "currency"),
            "unit_amount": number(body, "unit_amount"),
            "interval": text(body, "recurring", "interval"),
            "interval_count": number(body, "recurring", "interval_count"),
        }
