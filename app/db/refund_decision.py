"""Decisions about refund claims, appended and never changed: the database itself refuses an update
(but one: words that are erased)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, func, insert, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class StoredDecision(SQLModel, table=True):
    """`facts` are the finite facts that it follows from, `seen` what Stripe and our own records said then, `proof`
    the verified duplicate as it was. `decided_by` is "policy" or the person whose finding it follows from."""

    __tablename__ = "refund_decision"
    __table_args__ = (Index("ix_refund_decision_claim_number", "claim", "number", unique=True),)

    id: str = Field(primary_key=True)
    claim: str
    number: int
    outcome: str = Field(index=True)
    clause: str
    reason: str
    disproof: str | None = None
    missing: str = ""
    remedy: str | None = None
    sentence: str
    policy_version: str
    facts: str
    seen: str
    proof: str | None = None
    decided_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str
    answers: str | None = None  # the decision that was appealed
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the words in `seen`, on demand


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionRow:
    """A decision as it was stored; JSON stays text."""

    id: str
    claim: str
    number: int
    outcome: str
    clause: str
    reason: str
    disproof: str | None
    missing: str
    remedy: str | None
    sentence: str
    policy_version: str
    facts: str
    seen: str
    proof: str | None
    decided_at: datetime
    decided_by: str
    answers: str | None
    erased_at: datetime | None = None


_T = SQLModel.metadata.tables["refund_decision"]


def add_decision(tx: Tx, decision: StoredDecision) -> DecisionRow:
    row = tx.execute(insert(_T).values(decision.model_dump()).returning(*_T.c)).one()
    return DecisionRow(**row._mapping)


def next_number(tx: Tx, claim: str) -> int:
    last: int | None = tx.execute(select(func.max(_T.c.number)).where(_T.c.claim == claim)).scalar_one()
    return (last or 0) + 1


def decision_by_id(tx: Tx, decision_id: str) -> DecisionRow | None:
    row = tx.execute(select(_T).where(_T.c.id == decision_id)).first()
    return DecisionRow(**row._mapping) if row else None


def decisions_by_id(tx: Tx, decision_ids: Collection[str]) -> dict[str, DecisionRow]:
    found = tx.execute(select(_T).where(_T.c.id.in_(decision_ids))) if decision_ids else ()
    return {row.id: DecisionRow(**row._mapping) for row in found}


def decisions_of(tx: Tx, claim: str) -> list[DecisionRow]:
    """The first decision first."""
    return decisions_of_each(tx, [claim])[claim]


def decisions_of_each(tx: Tx, claims: Collection[str]) -> dict[str, list[DecisionRow]]:
    decisions: dict[str, list[DecisionRow]] = {claim: [] for claim in claims}
    for row in tx.execute(select(_T).where(_T.c.claim.in_(claims)).order_by(_T.c.number)):
        decisions[row.claim].append(DecisionRow(**row._mapping))
    return decisions


def every_decision(tx: Tx, *, at_once: int = 500) -> Iterator[DecisionRow]:
    """Page by page, so that any number of them fits."""
    last = ""
    while True:
        page = tx.execute(select(_T).where(_T.c.id > last).order_by(_T.c.id).limit(at_once)).all()
        yield from (DecisionRow(**row._mapping) for row in page)
        if len(page) < at_once:
            return
        last = page[-1].id
