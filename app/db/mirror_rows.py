"""Writing mirrored rows: many at once, each replacing what stood there."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import Tx
from app.db.tables import MIRRORED, table_of


def upsert(tx: Tx, kind: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write whole rows; all of one kind have the same columns."""
    tx.execute(_upsert(tx.dialect.name, kind, tuple(rows[0])), rows)


def move_heads(tx: Tx, kind: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write only where rows stand: `id`, `prior_at`, `resolved`, `settled`; their bodies stay."""
    table = table_of(MIRRORED[kind])
    tx.execute(
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(name) for name in ("prior_at", "resolved", "settled")}),
        [{**row, "row_id": row["id"]} for row in rows],
    )


def mark_deleted(tx: Tx, kind: str, place: dict[str, Any]) -> None:
    """The object is gone at Stripe; its last snapshot stays, and nothing older can bring it back."""
    table = table_of(MIRRORED[kind])
    tx.execute(update(table).where(table.c.id == place["id"]).values(place))


@cache
def _upsert(dialect: str, kind: str, columns: tuple[str, ...]) -> Any:
    table = table_of(MIRRORED[kind])
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    statement = insert.values({name: bindparam(name) for name in columns})
    fresh = {name: statement.excluded[name] for name in columns if name != "id"}
    return statement.on_conflict_do_update(index_elements=[table.c.id], set_=fresh)
