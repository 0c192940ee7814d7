"""Whose personal data was erased, when and by whom; what was counted then."""

from datetime import datetime

import orjson
from sqlalchemy import insert
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class Erasure(SQLModel, table=True):
    __tablename__ = "erasure"

    number: int | None = Field(default=None, primary_key=True)
    uid: str = Field(index=True)
    actor: str
    erased_at: datetime = Field(sa_type=UtcDateTime)
    counted: str


def record(tx: Tx, *, uid: str, actor: str, at: datetime, counted: dict[str, int]) -> None:
    table = SQLModel.metadata.tables["erasure"]
    tx.execute(insert(table).values(uid=uid, actor=actor, erased_at=at, counted=orjson.dumps(counted).decode()))
