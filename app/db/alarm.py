"""Money that moved, or may have moved, against the written policy: each matter once, until somebody acknowledges it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import EpochSeconds, Money, UtcDateTime


class Alarm(SQLModel, table=True):
    """`matter` is what it is about; `event` and `request_key` tell what caused it, as far as Stripe said. `facts` is a
    JSON object of whatever else is known."""

    __tablename__ = "alarm"

    number: int | None = Field(default=None, primary_key=True)
    matter: str = Field(unique=True)
    kind: str
    object_id: str
    customer: str | None = Field(default=None, index=True)
    uid: str | None = Field(default=None, index=True)
    amount: int | None = Field(default=None, sa_type=Money)
    currency: str | None = None
    event: str | None = None
    request_key: str | None = None
    happened_at: int | None = Field(default=None, sa_type=EpochSeconds)
    facts: str = "{}"
    raised_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by: str | None = None
    note: str | None = None


class Raised(NamedTuple):
    number: int
    matter: str
    kind: str
    object_id: str
    customer: str | None
    uid: str | None
    amount: int | None
    currency: str | None
    event: str | None
    request_key: str | None
    happened_at: int | None
    facts: str
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    note: str | None


_T = SQLModel.metadata.tables["alarm"]
_COLUMNS = tuple(_T.c[name] for name in Raised._fields)


def raise_once(tx: Tx, alarm: Alarm) -> int | None:
    """Its number; None if this matter was raised before."""
    insert = insert_postgresql(_T) if tx.dialect.name == "postgresql" else insert_sqlite(_T)
    values = alarm.model_dump(exclude={"number"})
    new = insert.values(values).on_conflict_do_nothing(index_elements=[_T.c.matter]).returning(_T.c.number)
    number: int | None = tx.execute(new).scalar()
    return number


def alarms(tx: Tx, *, acknowledged_too: bool = False) -> list[Raised]:
    """The oldest first."""
    found = select(*_COLUMNS).order_by(_T.c.number)
    if not acknowledged_too:
        found = found.where(_T.c.acknowledged_at.is_(None))
    return [Raised._make(row) for row in tx.execute(found)]


def alarm_of(tx: Tx, number: int) -> Raised | None:
    row = tx.execute(select(*_COLUMNS).where(_T.c.number == number)).first()
    return Raised._make(row) if row else None


def alarms_naming(tx: Tx, object_id: str) -> list[Raised]:
    """Those about it and those in whose facts its id occurs, be it in metadata; the oldest first."""
    named = or_(_T.c.object_id == object_id, _T.c.facts.contains(object_id, autoescape=True))
    return [Raised._make(row) for row in tx.execute(select(*_COLUMNS).where(named).order_by(_T.c.number))]


def amend(tx: Tx, number: int, *, facts: str) -> None:
    """More is known of it."""
    tx.execute(update(_T).where(_T.c.number == number).values(facts=facts))


def acknowledge(tx: Tx, number: int, *, by: str, note: str | None, now: datetime) -> bool:
    """Whether it was waiting for that; the first acknowledgement stays."""
    told = {"acknowledged_at": now, "acknowledged_by": by, "note": note}
    waiting = (_T.c.number == number) & _T.c.acknowledged_at.is_(None)
    return tx.execute(update(_T).where(waiting).values(told)).rowcount == 1
