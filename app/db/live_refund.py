"""Charges that are being refunded or were: one row each, which the database keeps from being two."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

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
    kept: str
    claim: str = Field(index=True)
    taken_at: datetime = Field(sa_type=UtcDateTime)


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


def claim_refunding(tx: Tx, charges: Collection[str]) -> dict[str, str]:
    """By which claim each of the charges is refunded, of those that are."""
    found: Any = tx.execute(select(_T.c.charge, _T.c.claim).where(_T.c.charge.in_(sorted(charges))))
    return {row.charge: row.claim for row in found}


def let_go(tx: Tx, *, charge: str, claim: str) -> bool:
    return tx.execute(delete(_T).where(_T.c.charge == charge, _T.c.claim == claim)).rowcount == 1
