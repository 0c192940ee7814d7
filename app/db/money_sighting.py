"""What arrived and may be money given back: noted as it is mirrored, judged by a job, then forgotten."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.prepared import Prepared, replacing
from app.db.types import EpochSeconds, UtcDateTime


class MoneySighting(SQLModel, table=True):
    """Several objects may speak of one matter; `created` is Stripe's time of the first event."""

    __tablename__ = "money_sighting"

    matter: str = Field(primary_key=True)
    object_id: str = Field(primary_key=True)
    object_kind: str
    created: int = Field(sa_type=EpochSeconds)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    attempts: int = 0


class Sighting(NamedTuple):
    object_kind: str
    object_id: str
    created: int
    seen_at: datetime
    attempts: int


_T = SQLModel.metadata.tables["money_sighting"]
_NOTE = Prepared(lambda dialect: replacing(dialect, _T, _T.c.keys(), unless=("created", "due_at", "attempts")))


def note(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    _NOTE.run(tx, rows)


def matters_due(tx: Tx, *, now: datetime, limit: int) -> list[str]:
    """The longest due first."""
    due = select(_T.c.matter).where(_T.c.due_at <= now).group_by(_T.c.matter)
    return list(tx.execute(due.order_by(func.min(_T.c.due_at), _T.c.matter).limit(limit)).scalars())


def sightings_of(tx: Tx, matter: str) -> list[Sighting]:
    columns = (_T.c[name] for name in Sighting._fields)
    return [Sighting._make(row) for row in tx.execute(select(*columns).where(_T.c.matter == matter))]


def forget(tx: Tx, matter: str, judged: Iterable[Sighting]) -> None:
    """Those that were judged; what was seen again since is judged again."""
    for each in judged:
        same = (_T.c.object_id == each.object_id) & (_T.c.seen_at == each.seen_at)
        tx.execute(delete(_T).where(_T.c.matter == matter, same))


def put_off(tx: Tx, matter: str, *, due_at: datetime) -> None:
    tx.execute(update(_T).where(_T.c.matter == matter).values(due_at=due_at, attempts=_T.c.attempts + 1))
