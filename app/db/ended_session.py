"""Sessions of operators that were ended before their time: a copy of the cookie opens nothing more."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.prepared import Prepared, replacing
from app.db.types import UtcDateTime


class EndedSession(SQLModel, table=True):
    """Kept until the cookie is too old in any case."""

    __tablename__ = "ended_session"

    session_hash: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)


_T = SQLModel.metadata.tables["ended_session"]
_WRITE = Prepared(lambda dialect: replacing(dialect, _T, _T.c.keys()))


def end(tx: Tx, session_hash: str, *, until: datetime) -> None:
    _WRITE.run(tx, [{"session_hash": session_hash, "until": until}])


def has_ended(tx: Tx, session_hash: str) -> bool:
    return tx.execute(select(exists().where(_T.c.session_hash == session_hash))).scalar_one()


def prune_ended(tx: Tx, *, before: datetime) -> int:
    return tx.execute(delete(_T).where(_T.c.until < before)).rowcount
