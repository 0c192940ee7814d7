"""What is sold; its name is what people read."""

from typing import ClassVar

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, flag, text


class Product(Mirrored, table=True):
    __tablename__ = "product"
    kind: ClassVar[str] = "product"

    name: str | None = None
    active: bool = False

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "name": text(body, "name"),
            "active": flag(body, "active"),
        }
