"""Files that a customer gave for a claim; their content is kept here, so that every machine can show them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, insert, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class Evidence(SQLModel, table=True):
    """`content_type` is what the content was found to be, never what the sender said; `name` is for people to read.
    Since `removed_at` only the content is missing."""

    __tablename__ = "evidence"

    id: str = Field(primary_key=True)
    claim: str = Field(index=True)
    uid: str
    name: str
    content_type: str
    size: int
    sha256: str = Field(index=True)
    content: bytes
    added_at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceRow:
    """A file without its content; `also_in` are other claims that came with the very same file."""

    id: str
    claim: str
    uid: str
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: datetime
    actor: str
    removed_at: datetime | None = None
    also_in: tuple[str, ...] = ()


_T = SQLModel.metadata.tables["evidence"]
_SHOWN = (
    _T.c.id,
    _T.c.claim,
    _T.c.uid,
    _T.c.name,
    _T.c.content_type,
    _T.c.size,
    _T.c.sha256,
    _T.c.added_at,
    _T.c.actor,
    _T.c.removed_at,
)


def add_evidence(tx: Tx, evidence: Evidence) -> None:
    tx.execute(insert(_T).values(evidence.model_dump()))


def count_evidence(tx: Tx, claim: str) -> int:
    return tx.execute(select(func.count()).where(_T.c.claim == claim)).scalar_one()


def sent_since(tx: Tx, uid: str, *, actor: str, since: datetime) -> int:
    """How many bytes of files came for this user from `actor` after that instant."""
    recent = _T.c.uid == uid, _T.c.actor == actor, _T.c.added_at > since
    return int(tx.execute(select(func.coalesce(func.sum(_T.c.size), 0)).where(*recent)).scalar_one())


def has_file(tx: Tx, claim: str, sha256: str) -> bool:
    return tx.execute(select(exists().where(_T.c.claim == claim, _T.c.sha256 == sha256))).scalar_one()


def evidence_of(tx: Tx, claim: str) -> list[EvidenceRow]:
    """The oldest first."""
    return evidence_of_each(tx, [claim])[claim]


def evidence_of_each(tx: Tx, claims: Collection[str]) -> dict[str, list[EvidenceRow]]:
    evidence: dict[str, list[EvidenceRow]] = {claim: [] for claim in claims}
    rows = _shown(tx, _T.c.claim.in_(claims))
    hashes = {row.sha256 for row in rows}
    found = tx.execute(_also(hashes)).all() if hashes else []
    for row in rows:
        elsewhere = [other.claim for other in found if other.sha256 == row.sha256 and other.claim != row.claim]
        evidence[row.claim].append(_flagged(row, elsewhere))
    return evidence


def evidence_by_id(tx: Tx, evidence_id: str) -> tuple[EvidenceRow, bytes] | None:
    """The file with its content."""
    rows = _shown(tx, _T.c.id == evidence_id)
    if not rows:
        return None
    content = tx.execute(select(_T.c.content).where(_T.c.id == evidence_id)).scalar_one()
    return rows[0], bytes(content)


def _shown(tx: Tx, which: ColumnElement[bool]) -> list[EvidenceRow]:
    found = tx.execute(select(*_SHOWN).where(which).order_by(_T.c.added_at, _T.c.id))
    return [EvidenceRow(**row._mapping) for row in found]


def _also(hashes: Collection[str]) -> Select[tuple[str, str]]:
    return select(_T.c.claim, _T.c.sha256).where(_T.c.sha256.in_(hashes)).distinct().order_by(_T.c.claim)


def _flagged(row: EvidenceRow, also_in: list[str]) -> EvidenceRow:
    return replace(row, also_in=tuple(also_in))
