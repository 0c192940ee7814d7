"""The journal of claims: everything that happened to one, appended in the transaction in which it happened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import func, insert, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class ClaimEvent(SQLModel, table=True):
    """`from_state` is null for the first line, and equal to `to_state` where the state stayed."""

    __tablename__ = "claim_journal"

    id: int | None = Field(default=None, primary_key=True)
    claim: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    what: str
    from_state: str | None = None
    to_state: str
    actor: str
    detail: str = "{}"
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimLine:
    """A line of the journal."""

    at: datetime
    what: str
    from_state: str | None
    to_state: str
    actor: str
    detail: dict[str, object]


_T = SQLModel.metadata.tables["claim_journal"]
_LINE = (_T.c.at, _T.c.what, _T.c.from_state, _T.c.to_state, _T.c.actor, _T.c.detail)


def journal(tx: Tx, claim: str, line: ClaimLine) -> None:
    values = {name: getattr(line, name) for name in ("at", "what", "from_state", "to_state", "actor")}
    tx.execute(insert(_T).values(claim=claim, detail=orjson.dumps(line.detail).decode(), **values))


def lines_of(tx: Tx, claim: str) -> list[ClaimLine]:
    """In the order in which they were written."""
    return lines_of_each(tx, [claim])[claim]


def lines_of_each(tx: Tx, claims: Collection[str]) -> dict[str, list[ClaimLine]]:
    lines: dict[str, list[ClaimLine]] = {claim: [] for claim in claims}
    for row in tx.execute(select(_T.c.claim, *_LINE).where(_T.c.claim.in_(claims)).order_by(_T.c.id)):
        told = {column.name: getattr(row, column.name) for column in _LINE}
        lines[row.claim].append(ClaimLine(**told | {"detail": orjson.loads(row.detail)}))
    return lines


def count_lines(tx: Tx, claim: str, what: str) -> int:
    return tx.execute(select(func.count()).where(_T.c.claim == claim, _T.c.what == what)).scalar_one()
