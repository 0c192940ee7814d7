"""Which events are stored already, and since when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Table, select

from app.db.engine import Tx
from app.db.inbox import InboxEvent

_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]


def received_at(tx: Tx, ids: Collection[str]) -> dict[str, datetime]:
    """When each of the events that are stored came, by id; at most a few hundred ids."""
    return {row.id: row.received_at for row in tx.execute(select(_T.c.id, _T.c.received_at).where(_T.c.id.in_(ids)))}
