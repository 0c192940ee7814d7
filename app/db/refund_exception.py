"""Refunds that an operator has allowed beforehand (2.1, the last resort), each for one refund."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import Money, UtcDateTime


class RefundException(SQLModel, table=True):
    """`refund` is the one that has used it."""

    __tablename__ = "refund_exception"

    id: str = Field(primary_key=True)
    charge: str | None = Field(default=None, index=True)
    payment_intent: str | None = Field(default=None, index=True)
    max_amount: int = Field(sa_type=Money)
    currency: str
    actor: str
    reason: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    refund: str | None = Field(default=None, unique=True)


class Allowed(NamedTuple):
    id: str
    charge: str | None
    payment_intent: str | None
    max_amount: int
    currency: str
    actor: str
    reason: str
    recorded_at: datetime
    expires_at: datetime
    refund: str | None


class Wanted(NamedTuple):
    """A refund that was made, and of what."""

    refund: str
    charge: str | None
    payment_intent: str | None
    amount: int
    currency: str
    made_at: datetime


_T = SQLModel.metadata.tables["refund_exception"]
_COLUMNS = tuple(_T.c[name] for name in Allowed._fields)


def record(tx: Tx, exception: RefundException) -> None:
    tx.execute(insert(_T).values(exception.model_dump()))


def exceptions(tx: Tx) -> list[Allowed]:
    """The newest first."""
    return [Allowed._make(row) for row in tx.execute(select(*_COLUMNS).order_by(_T.c.recorded_at.desc(), _T.c.id))]


def exceptions_about(tx: Tx, charge: str, payment_intent: str | None) -> list[Allowed]:
    """The newest first."""
    about = or_(_T.c.charge == charge, (_T.c.payment_intent == payment_intent) & _T.c.payment_intent.is_not(None))
    found = select(*_COLUMNS).where(about).order_by(_T.c.recorded_at.desc(), _T.c.id)
    return [Allowed._make(row) for row in tx.execute(found)]


def linked_to(tx: Tx, refund: str) -> bool:
    return tx.execute(select(_T.c.id).where(_T.c.refund == refund)).first() is not None


def link(tx: Tx, wanted: Wanted) -> bool:
    """Whether an exception allows the refund; it then is used up."""
    found = (
        select(_T.c.id)
        .where(_is_about(wanted), _T.c.refund.is_(None), _T.c.currency == wanted.currency)
        .where(_T.c.max_amount >= wanted.amount, _T.c.recorded_at <= wanted.made_at, _T.c.expires_at > wanted.made_at)
        .order_by(_T.c.max_amount, _T.c.expires_at, _T.c.id)
        .limit(1)
        .with_for_update()
    )
    exception = tx.execute(found).scalar()
    if exception is None:
        return False
    free = (_T.c.id == exception) & _T.c.refund.is_(None)
    return tx.execute(update(_T).where(free).values(refund=wanted.refund)).rowcount == 1


def _is_about(wanted: Wanted) -> ColumnElement[bool]:
    return or_(
        (_T.c.charge == wanted.charge) & _T.c.charge.is_not(None),
        (_T.c.payment_intent == wanted.payment_intent) & _T.c.payment_intent.is_not(None),
    )
