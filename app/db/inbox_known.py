"""Which events are stored already, since when, and whether one of them ended an object."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Table, func, select

from app.db.engine import Tx
from app.db.inbox import InboxEvent, InboxState

_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]


def received_at(tx: Tx, ids: Collection[str]) -> dict[str, datetime]:
    """When each of the events that are stored came, by id; at most a few hundred ids."""
    return {row.id: row.received_at for row in tx.execute(select(_T.c.id, _T.c.received_at).where(_T.c.id.in_(ids)))}


def deleted_at(tx: Tx, object_id: str) -> int | None:
    """When the object was deleted, if an event says so whose body was not taken for the mirror."""
    says_so = (_T.c.object_id == object_id, _T.c.type.like("%.deleted"), _T.c.state == InboxState.HINT)
    found: int | None = tx.execute(select(func.max(_T.c.created)).where(*says_so)).scalar_one()
    return found
