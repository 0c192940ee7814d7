"""The host's record that a task succeeded or failed, one row per order and status; the first that was told stays."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class Delivery(SQLModel, table=True):
    __tablename__ = "delivery"

    order_id: str = Field(primary_key=True)
    status: str = Field(primary_key=True)
    uid: str = Field(index=True)
    occurred_at: datetime = Field(sa_type=UtcDateTime)
    detail: str | None = None
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Delivered(NamedTuple):
    uid: str
    order_id: str
    status: str
    occurred_at: datetime
    detail: str | None
    recorded_at: datetime


_T = SQLModel.metadata.tables["delivery"]
_COLUMNS = tuple(_T.c[name] for name in Delivered._fields)


def record(tx: Tx, delivery: Delivered) -> bool:
    """Whether it is the first of its order and status."""
    insert = insert_postgresql(_T) if tx.dialect.name == "postgresql" else insert_sqlite(_T)
    kept = insert.values(delivery._asdict()).on_conflict_do_nothing().returning(_T.c.order_id)
    return tx.execute(kept).first() is not None


def deliveries_of(tx: Tx, order_id: str) -> dict[str, Delivered]:
    """What was told of an order, by status."""
    rows = tx.execute(select(*_COLUMNS).where(_T.c.order_id == order_id))
    return {row.status: Delivered._make(row) for row in rows}
