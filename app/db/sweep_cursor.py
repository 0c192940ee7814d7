"""How far a walk through one of Stripe's lists, or through the mirror, has come, so that it can go on from there."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import EpochSeconds, UtcDateTime


class SweepCursor(SQLModel, table=True):
    """`position` is the id of the last object that is done, `position_at` its instant on Stripe's clock.

    `began_at` is when the first walk began, `reached_at` when one last came to the list's end, both on our clock.
    """

    __tablename__ = "sweep_cursor"

    name: str = Field(primary_key=True)
    position: str | None = None
    position_at: int | None = Field(default=None, sa_type=EpochSeconds)
    counted: int = 0
    began_at: datetime = Field(sa_type=UtcDateTime)
    reached_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Cursor(NamedTuple):
    name: str
    position: str | None
    position_at: int | None
    counted: int
    began_at: datetime
    reached_at: datetime | None


_T = SQLModel.metadata.tables["sweep_cursor"]
_SHOWN = (_T.c.name, _T.c.position, _T.c.position_at, _T.c.counted, _T.c.began_at, _T.c.reached_at)


def claim(tx: Tx, name: str, *, lease: str, until: datetime, now: datetime) -> Cursor | None:
    """Hold the cursor until then, made if there is none; None while another process walks."""
    fresh = (insert_postgresql if tx.dialect.name == "postgresql" else insert_sqlite)(_T)
    tx.execute(fresh.values(name=name, counted=0, began_at=now).on_conflict_do_nothing(index_elements=[_T.c.name]))
    free = or_(_T.c.leased_until.is_(None), _T.c.leased_until <= now, _T.c.lease == lease)
    held = update(_T).where(_T.c.name == name, free).values(lease=lease, leased_until=until).returning(*_SHOWN)
    return _cursor(tx.execute(held).first())


def move(tx: Tx, cursor: Cursor, *, lease: str, until: datetime) -> bool:
    """Write where the walk has come and hold on; False if another process has taken over."""
    values = {name: getattr(cursor, name) for name in ("position", "position_at", "counted", "reached_at")}
    return tx.execute(update(_T).where(_held(cursor, lease)).values(leased_until=until, **values)).rowcount == 1


def release(tx: Tx, cursor: Cursor, *, lease: str) -> None:
    tx.execute(update(_T).where(_held(cursor, lease)).values(lease=None, leased_until=None))


def all_named(tx: Tx, prefix: str) -> dict[str, Cursor]:
    """Every cursor whose name begins so, by name."""
    found = tx.execute(select(*_SHOWN).where(_T.c.name.startswith(prefix, autoescape=True)).order_by(_T.c.name))
    return {row.name: Cursor._make(row) for row in found}


def reached_at(tx: Tx, name: str) -> datetime | None:
    """When a walk last came to the end."""
    return tx.execute(select(_T.c.reached_at).where(_T.c.name == name)).scalar()


def is_held(tx: Tx, name: str, *, now: datetime) -> bool:
    """Whether a process walks."""
    return tx.execute(select(_T.c.name).where(_T.c.name == name, _T.c.leased_until > now)).first() is not None


def first_walk_at(tx: Tx) -> datetime | None:
    """When a backfill or a job first began here: what happened before was nobody's to watch."""
    return tx.execute(select(func.min(_T.c.began_at))).scalar()


def put(tx: Tx, cursor: Cursor) -> None:
    """Write a cursor that nobody else moves."""
    forget(tx, [cursor.name])
    tx.execute(insert(_T).values(cursor._asdict()))


def forget(tx: Tx, names: Collection[str]) -> None:
    tx.execute(delete(_T).where(_T.c.name.in_(list(names))))


def _held(cursor: Cursor, lease: str) -> ColumnElement[bool]:
    return (_T.c.name == cursor.name) & (_T.c.lease == lease)


def _cursor(row: Row[tuple[object, ...]] | None) -> Cursor | None:
    return None if row is None else Cursor._make(row)
