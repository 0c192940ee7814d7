"""Writing mirrored rows: many at once, each replacing what stood there."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from app.db.engine import Tx
from app.db.prepared import Prepared, PreparedRows
from app.db.tables import MIRRORED, table_of

_HEAD = ("prior_at", "resolved", "settled")


def upsert(tx: Tx, kind: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write whole rows; all of one kind have the same columns."""
    _upsert(kind, tuple(rows[0])).run(tx, rows)


def move_heads(tx: Tx, kind: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write only where rows stand: `id`, `prior_at`, `resolved`, `settled`; their bodies stay."""
    _move(kind).run(tx, [{"row_id": row["id"]} | {f"new_{name}": row[name] for name in _HEAD} for row in rows])


def mark_deleted(tx: Tx, kind: str, place: dict[str, Any]) -> None:
    """The object is gone at Stripe; its last snapshot stays, and nothing older can bring it back."""
    table = table_of(MIRRORED[kind])
    tx.execute(update(table).where(table.c.id == place["id"]).values(place))


@cache
def _upsert(kind: str, columns: tuple[str, ...]) -> PreparedRows:
    return PreparedRows(table_of(MIRRORED[kind]), columns)


@cache
def _move(kind: str) -> Prepared:
    table = table_of(MIRRORED[kind])
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _HEAD}
    return Prepared(lambda _: update(table).where(table.c.id == bindparam("row_id")).values(values))
