"""The user's standing (policy clause 4.1); no row means good standing."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.prepared import Prepared, replacing
from app.db.types import UtcDateTime
from app.policy.standing import Standing


class UserStanding(SQLModel, table=True):
    """The standing now, and the newest decision about it. `decided_at` is since when a user has access or has not: a
    suspension that becomes a termination keeps it."""

    __tablename__ = "standing"

    uid: str = Field(primary_key=True)
    standing: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    reason: str
    actor: str
    decision: str


class StoredStanding(NamedTuple):
    uid: str
    standing: str
    decided_at: datetime
    reason: str
    actor: str
    decision: str


_T = SQLModel.metadata.tables["standing"]
_of_user = select(*(_T.c[name] for name in StoredStanding._fields)).where(_T.c.uid == bindparam("uid"))
_WRITE = Prepared(lambda dialect: replacing(dialect, _T, _T.c.keys()))


def stored_standing(tx: Tx, uid: str) -> StoredStanding | None:
    """None for a user about whom nothing was ever decided."""
    row = tx.execute(_of_user, {"uid": uid}).first()
    return StoredStanding._make(row) if row else None


def standing_of(tx: Tx, uid: str) -> Standing:
    found = stored_standing(tx, uid)
    return Standing(found.standing) if found else Standing.GOOD


def write_standing(tx: Tx, row: dict[str, Any]) -> None:
    _WRITE.run(tx, [row])
