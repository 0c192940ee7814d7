"""Refund claims: who asked for what and when, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class Claim(SQLModel, table=True):
    """`filed_at` never changes, also not when missing details come later; `contacted_at` is an earlier contact that
    somebody recorded, and `named_at` when the order number was given that led to the charge.

    `version` counts every change: who writes says which version was read. `open_key` names what is claimed while it
    may still be decided or paid, so that the same claim filed twice is one row.
    """

    __tablename__ = "claim"
    __table_args__ = (
        Index("ix_claim_state_filed_at", "state", "filed_at"),
        Index("ix_claim_look_at", "look_at"),
    )

    id: str = Field(primary_key=True)
    uid: str = Field(index=True)
    reason: str
    order_number: str | None = None
    text: str = ""
    filed_by: str
    actor: str
    filed_at: datetime = Field(sa_type=UtcDateTime)
    contacted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    named_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    charge: str | None = Field(default=None, index=True)
    subscription: str | None = None  # the one that the charge paid for
    cancellation_request: str | None = Field(default=None, unique=True)  # came in time, and Stripe charged all the same
    operator_finding: str = "none"
    state: str
    version: int = 1
    decision: str | None = None  # the one that counts
    appealed: str | None = None  # the decision that the next one answers
    open_key: str | None = Field(default=None, unique=True)
    complete_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    looks: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimRow:
    """A claim as it was read."""

    id: str
    uid: str
    reason: str
    order_number: str | None = None
    text: str = ""
    filed_by: str
    actor: str
    filed_at: datetime
    contacted_at: datetime | None = None
    named_at: datetime | None = None
    charge: str | None = None
    subscription: str | None = None
    cancellation_request: str | None = None
    operator_finding: str = "none"
    state: str
    version: int = 1
    decision: str | None = None
    appealed: str | None = None
    open_key: str | None = None
    complete_by: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0


_T = SQLModel.metadata.tables["claim"]


def add_claim(tx: Tx, claim: Claim) -> ClaimRow | None:
    """None if the same claim is there already."""
    insert = insert_postgresql(_T) if tx.dialect.name == "postgresql" else insert_sqlite(_T)
    added = tx.execute(insert.values(claim.model_dump()).on_conflict_do_nothing().returning(*_T.c)).first()
    return ClaimRow(**added._mapping) if added else None


def change_claim(tx: Tx, claim: ClaimRow, **values: Any) -> ClaimRow | None:
    """None if somebody changed it since it was read."""
    changed = (
        update(_T)
        .where(_T.c.id == claim.id, _T.c.version == claim.version)
        .values(version=claim.version + 1, **values)
        .returning(*_T.c)
    )
    row = tx.execute(changed).first()
    return ClaimRow(**row._mapping) if row else None


def claim_by_id(tx: Tx, claim_id: str) -> ClaimRow | None:
    row = tx.execute(select(_T).where(_T.c.id == claim_id)).first()
    return ClaimRow(**row._mapping) if row else None


def claim_by_key(tx: Tx, open_key: str) -> ClaimRow | None:
    row = tx.execute(select(_T).where(_T.c.open_key == open_key)).first()
    return ClaimRow(**row._mapping) if row else None


def claims_of(tx: Tx, uid: str, *, limit: int = 100) -> list[ClaimRow]:
    """A user's claims, the newest first."""
    found = select(_T).where(_T.c.uid == uid).order_by(_T.c.filed_at.desc(), _T.c.id).limit(limit)
    return [ClaimRow(**row._mapping) for row in tx.execute(found)]


def claims_about(tx: Tx, charges: Collection[str]) -> list[ClaimRow]:
    """Whoever filed them, the oldest first."""
    found = select(_T).where(_T.c.charge.in_(charges)).order_by(_T.c.filed_at, _T.c.id)
    return [ClaimRow(**row._mapping) for row in tx.execute(found)]


def claims_in(tx: Tx, states: Collection[str], *, limit: int = 100) -> list[ClaimRow]:
    """The claims in these states, the oldest first: what waits longest comes first."""
    found = select(_T).where(_T.c.state.in_(states)).order_by(_T.c.filed_at, _T.c.id).limit(limit)
    return [ClaimRow(**row._mapping) for row in tx.execute(found)]


def filed_since(tx: Tx, uid: str, *, filed_by: str, since: datetime) -> int:
    """How many claims were filed for this user in this way after that instant."""
    recent = _T.c.uid == uid, _T.c.filed_by == filed_by, _T.c.filed_at > since
    return tx.execute(select(func.count()).where(*recent)).scalar_one()


def take_due(tx: Tx, states: Collection[str], *, now: datetime, until: datetime, limit: int) -> list[ClaimRow]:
    """Claims in these states that have to be looked at, the longest due first; nobody else takes them before `until`.

    Taking one does not change its version: a person who acts on it meanwhile goes first.
    """
    due = select(_T.c.id).where(_T.c.look_at <= now, _T.c.state.in_(states)).order_by(_T.c.look_at, _T.c.id)
    chosen = due.limit(limit).with_for_update(skip_locked=True).cte("chosen")
    taken = update(_T).where(_T.c.id.in_(select(chosen.c.id))).values(look_at=until).returning(*_T.c)
    return [ClaimRow(**row._mapping) for row in tx.execute(taken)]


def put_off(tx: Tx, claim: ClaimRow, *, until: datetime | None) -> None:
    """Look at it again then, unless somebody has changed it since."""
    later = update(_T).where(_T.c.id == claim.id, _T.c.version == claim.version)
    tx.execute(later.values(look_at=until, looks=_T.c.looks + 1))
