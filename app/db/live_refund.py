"""Charges that are being refunded or were: one row each, which the database keeps from being two."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.locks import lock
from app.db.types import UtcDateTime


class LiveRefund(SQLModel, table=True):
    """Taken before anything is changed at Stripe for it; let go only when it is known that no refund lives."""

    __tablename__ = "live_refund"

    charge: str = Field(primary_key=True)
    kept: str = Field(index=True)
    claim: str = Field(index=True)
    taken_at: datetime = Field(sa_type=UtcDateTime)


class Taken(NamedTuple):
    claim: str
    kept: str


_T = SQLModel.metadata.tables["live_refund"]


def lock_charges(tx: Tx, charges: Collection[str]) -> None:
    """Nobody else decides about refunds of these charges until the transaction ends."""
    lock(tx, [f"refund:{charge}" for charge in charges])


def take(tx: Tx, *, charge: str, kept: str, claim: str, now: datetime) -> str:
    """The claim that refunds this charge: this one, or the one that was first."""
    insert = insert_postgresql(_T) if tx.dialect.name == "postgresql" else insert_sqlite(_T)
    row = {"charge": charge, "kept": kept, "claim": claim, "taken_at": now}
    tx.execute(insert.values(row).on_conflict_do_nothing())
    return str(tx.execute(select(_T.c.claim).where(_T.c.charge == charge)).scalar_one())


def taken(tx: Tx, charge: str) -> Taken | None:
    """By which claim the charge is refunded, and which payment is kept for it."""
    row = tx.execute(select(_T.c.claim, _T.c.kept).where(_T.c.charge == charge)).first()
    return Taken._make(row) if row else None


def is_kept(tx: Tx, charge: str) -> bool:
    """Whether another payment is refunded because this one stays."""
    return tx.execute(select(_T.c.charge).where(_T.c.kept == charge).limit(1)).first() is not None


def let_go(tx: Tx, *, charge: str, claim: str) -> bool:
    return tx.execute(delete(_T).where(_T.c.charge == charge, _T.c.claim == claim)).rowcount == 1
