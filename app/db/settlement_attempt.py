"""Attempts at the steps of a settlement: each is on record, with its own idempotency key, before Stripe is called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, insert, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import Money, UtcDateTime


class SettlementAttempt(SQLModel, table=True):
    """`number` counts the attempts at this step for this charge, whichever claim made them.

    `called_at` is the last time that the call was about to be made; `answered` is whether Stripe's last answer to it
    was a failure of its own, which it would repeat for a day.
    """

    __tablename__ = "settlement_attempt"
    __table_args__ = (Index("ix_settlement_attempt_number", "extra", "step", "number", unique=True),)

    key: str = Field(primary_key=True)
    claim: str = Field(index=True)
    round: int
    step: str
    extra: str
    number: int
    state: str
    amount: int | None = Field(default=None, sa_type=Money)
    customer: str | None = None
    stripe_id: str | None = Field(default=None, index=True)
    intended_at: datetime = Field(sa_type=UtcDateTime)
    called_at: datetime = Field(sa_type=UtcDateTime)
    answered: bool = False
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """An attempt as it was read."""

    key: str
    claim: str
    round: int
    step: str
    number: int
    state: str
    amount: int | None
    customer: str | None
    stripe_id: str | None
    intended_at: datetime
    called_at: datetime
    answered: bool


_T = SQLModel.metadata.tables["settlement_attempt"]
_ATTEMPT = [_T.c[name] for name in Attempt.__dataclass_fields__]


def attempts_at(tx: Tx, extra: str) -> list[Attempt]:
    """Every attempt at settling this charge, the first first."""
    found = select(*_ATTEMPT).where(_T.c.extra == extra).order_by(_T.c.intended_at, _T.c.step, _T.c.number)
    return [Attempt(**row._mapping) for row in tx.execute(found)]


def next_number(tx: Tx, *, extra: str, step: str) -> int:
    made = select(func.coalesce(func.max(_T.c.number), 0)).where(_T.c.extra == extra, _T.c.step == step)
    return int(tx.execute(made).scalar_one()) + 1


def intend(tx: Tx, attempt: SettlementAttempt) -> None:
    tx.execute(insert(_T).values(attempt.model_dump()))


def change(tx: Tx, key: str, **values: Any) -> None:
    tx.execute(update(_T).where(_T.c.key == key).values(values))
