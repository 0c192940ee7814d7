"""Where mirrored rows stand, for many objects of several kinds in one statement."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import String, bindparam, cast, null, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from app.db.engine import Tx
from app.db.tables import MIRRORED, table_of
from app.policy.mirror_fold import Head

MOST_WATCHED = 1


class StoredHead(NamedTuple):
    """A row's place, the log entry that it shows, and its watched columns as text."""

    head: Head
    source: str
    watched: tuple[str | None, ...]


def read_heads(tx: Tx, ids: Mapping[str, Iterable[str]]) -> dict[str, StoredHead]:
    """The heads of the objects, by id; `ids` are grouped by kind."""
    if not ids:
        return {}
    kinds = tuple(sorted(ids))
    found = tx.execute(_heads(kinds), {f"ids_{number}": list(ids[kind]) for number, kind in enumerate(kinds)})
    return {row[0]: StoredHead(_head(row), row[6], tuple(row[7:])) for row in found}


def _head(row: Any) -> Head:
    return Head(as_of=row[1], uncertain_until=row[2], prior_at=row[3], resolved=bool(row[4]), settled=bool(row[5]))


@cache
def _heads(kinds: tuple[str, ...]) -> CompoundSelect[Any]:
    return union_all(*(_branch(number, kind) for number, kind in enumerate(kinds)))


def _branch(number: int, kind: str) -> Any:
    model = MIRRORED[kind]
    table = table_of(model)
    place: list[Any] = [
        table.c[name] for name in ("id", "as_of", "uncertain_until", "prior_at", "resolved", "settled", "source")
    ]
    watched: list[Any] = [cast(table.c[name], String) for name in model.watched]
    padding: list[Any] = [cast(null(), String)] * (MOST_WATCHED - len(watched))
    columns = [column.label(f"c{at}") for at, column in enumerate(place + watched + padding)]
    return select(*columns).where(table.c.id.in_(bindparam(f"ids_{number}", expanding=True)))
