"""Every decision about a user's standing, in the order in which they were made; none is ever changed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import insert, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class StandingDecision(SQLModel, table=True):
    """Who decided what, when, why. `annuls` names a decision that was a mistake."""

    __tablename__ = "standing_decision"

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    uid: str = Field(index=True)
    standing: str
    reason: str
    actor: str
    annuls: str | None = None
    decided_at: datetime = Field(sa_type=UtcDateTime)


class Decided(NamedTuple):
    id: str
    standing: str
    reason: str
    actor: str
    annuls: str | None
    decided_at: datetime


_T = SQLModel.metadata.tables["standing_decision"]


def append(tx: Tx, decision: StandingDecision) -> None:
    tx.execute(insert(_T).values(decision.model_dump(exclude={"number"})))


def decisions_about(tx: Tx, uid: str) -> list[Decided]:
    """The oldest first."""
    columns = (_T.c[name] for name in Decided._fields)
    return [Decided._make(row) for row in tx.execute(select(*columns).where(_T.c.uid == uid).order_by(_T.c.number))]
