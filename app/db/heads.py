"""Where mirrored rows stand, for many objects of several kinds in one statement."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from sqlalchemy import String, cast, null, select, union_all

from app.db.engine import Tx
from app.db.mirrored import Mirrored
from app.db.prepared import Prepared, among
from app.db.tables import MIRRORED, table_of
from app.policy.mirror_fold import Head

MOST_WATCHED = 1


class StoredHead(NamedTuple):
    """A row's place, the log entry that it shows, and its watched columns as text."""

    head: Head
    source: str
    watched: tuple[str | None, ...]


def ask(tx: Tx, ids: Collection[str]) -> Callable[[], dict[str, StoredHead]]:
    """The heads of the objects, by id, once the trip is over."""
    answer = _HEADS.ask(tx, ids=list(ids))
    return lambda: {row[0]: StoredHead(_head(row), row[6], row[7:]) for row in answer.rows()}


def _head(row: Any) -> Head:
    return Head(as_of=row[1], uncertain_until=row[2], prior_at=row[3], resolved=bool(row[4]), settled=bool(row[5]))


def _branch(dialect: str, model: type[Mirrored]) -> Any:
    table = table_of(model)
    place: list[Any] = [
        table.c[name] for name in ("id", "as_of", "uncertain_until", "prior_at", "resolved", "settled", "source")
    ]
    watched: list[Any] = [cast(table.c[name], String) for name in model.watched]
    padding: list[Any] = [cast(null(), String)] * (MOST_WATCHED - len(watched))
    columns = [column.label(f"c{at}") for at, column in enumerate(place + watched + padding)]
    return select(*columns).where(among(dialect, table.c.id, "ids"))


# Every table is looked into for every id, which costs less than a text of its own for each mixture of kinds.
_HEADS = Prepared(lambda dialect: union_all(*(_branch(dialect, model) for model in MIRRORED.values())))
