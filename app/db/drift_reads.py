"""What an audit needs of the mirror: rows in turn, and what is already known to be wrong with them."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Table, select

from app.db.engine import Tx
from app.db.fetch_request import FetchRequest
from app.db.inbox import InboxEvent, InboxState
from app.db.tables import MIRRORED, table_of

NEWEST = 20
_I, _F = table_of(InboxEvent), table_of(FetchRequest)


class AuditedRow(NamedTuple):
    id: str
    body: str
    as_of: int
    resolved: bool


def ids_after(tx: Tx, kind: str, last: str, *, limit: int) -> list[str]:
    table = table_of(MIRRORED[kind])
    query = select(table.c.id).where(table.c.id > last, table.c.deleted.is_(False)).order_by(table.c.id)
    return list(tx.execute(query.limit(limit)).scalars())


def row_of(tx: Tx, kind: str, object_id: str) -> AuditedRow | None:
    table: Table = table_of(MIRRORED[kind])
    found = tx.execute(select(*(table.c[name] for name in AuditedRow._fields)).where(table.c.id == object_id)).first()
    return AuditedRow._make(found) if found else None


def failed_about(tx: Tx, objects: Collection[str]) -> set[str]:
    """The objects with events that could not be applied."""
    waits = _I.c.state.in_((InboxState.FAILED, InboxState.QUARANTINED))
    return set(tx.execute(select(_I.c.object_id).where(_I.c.object_id.in_(list(objects)), waits)).scalars())


def being_fetched(tx: Tx, objects: Collection[str]) -> set[str]:
    return set(tx.execute(select(_F.c.object_id).where(_F.c.object_id.in_(list(objects)))).scalars())


def told_since(tx: Tx, row: AuditedRow) -> list[tuple[str, str]]:
    """The newest events and snapshots from the second on that the row shows, each with its type and its body."""
    last = select(_I.c.type, _I.c.body).where(_I.c.object_id == row.id, _I.c.created >= row.as_of)
    return [(each.type, each.body) for each in tx.execute(last.order_by(_I.c.created.desc()).limit(NEWEST))]
