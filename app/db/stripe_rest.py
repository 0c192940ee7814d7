"""What is not asked of Stripe for a while, because it had trouble; the same for all processes."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.locks import lock
from app.db.types import UtcDateTime


class StripeRest(SQLModel, table=True):
    """After `failures` in a row nothing is asked before `rests_until`; then one call is the first, and while it is
    `probing` nobody else asks before `rests_until` either. A row is gone as soon as Stripe answers."""

    __tablename__ = "stripe_rest"

    name: str = Field(primary_key=True)
    failures: int
    began_at: datetime = Field(sa_type=UtcDateTime)
    rests_until: datetime = Field(sa_type=UtcDateTime)
    probing: bool = False
    why: str


class Rest(NamedTuple):
    name: str
    failures: int
    began_at: datetime
    rests_until: datetime
    probing: bool
    why: str


_T = SQLModel.metadata.tables["stripe_rest"]


def known(tx: Tx) -> dict[str, Rest]:
    found = tx.execute(select(*(_T.c[name] for name in Rest._fields)).order_by(_T.c.name))
    return {row.name: Rest._make(row) for row in found}


def hold(tx: Tx) -> dict[str, Rest]:
    """As they are, and nobody else changes them before this transaction ends."""
    lock(tx, ["stripe_rest"])
    return known(tx)


def put(tx: Tx, rest: Rest) -> None:
    """Only while they are held."""
    forget(tx, [rest.name])
    tx.execute(insert(_T).values(rest._asdict()))


def forget(tx: Tx, names: Collection[str]) -> None:
    tx.execute(delete(_T).where(_T.c.name.in_(list(names))))
