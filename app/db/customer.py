"""A payer."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, text


class Customer(Mirrored, table=True):
    __tablename__ = "customer"
    kind: ClassVar[str] = "customer"
    watched: ClassVar[tuple[str, ...]] = ("uid",)

    uid: str | None = Field(default=None, index=True)
    email: str | None = None
    name: str | None = None
    test_clock: str | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "uid": text(body, "metadata", keys.uid),
            "email": text(body, "email"),
            "name": text(body, "name"),
            "test_clock": text(body, "test_clock"),
        }
