"""Reading the whole log object by object, and what else a rebuilt mirror needs from beside it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert, select
from sqlmodel import SQLModel

from app.db.access import Access
from app.db.engine import Tx
from app.db.fetch_request import FetchRequest
from app.db.inbox import InboxEvent
from app.db.standing import UserStanding
from app.db.subscription_standing import SubscriptionStanding
from app.db.tables import MIRRORED, table_of

Row = Mapping[str, Any]

_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]
OUR_OWN: tuple[type[SQLModel], ...] = (UserStanding, SubscriptionStanding, FetchRequest)
"""What access and the mirror know that Stripe did not tell: decisions about users, and objects still to be fetched."""


def objects_after(tx: Tx, last: str, *, limit: int) -> list[str]:
    """The next objects of the log, by id; what has no object comes under the empty id, first of all."""
    query = select(_T.c.object_id).where(_T.c.object_id > last).distinct().order_by(_T.c.object_id).limit(limit)
    return [row.object_id for row in tx.execute(query)]


def entries_of(tx: Tx, objects: Sequence[str]) -> list[Row]:
    return [dict(row._mapping) for row in tx.execute(select(_T).where(_T.c.object_id.in_(objects)))]


def entries_about_nothing(tx: Tx) -> list[Row]:
    """Events of objects without an id."""
    return [dict(row._mapping) for row in tx.execute(select(_T).where(_T.c.object_id.is_(None)))]


def copy_our_own(here: Tx, there: Tx) -> None:
    for model in OUR_OWN:
        table = table_of(model)
        rows = [dict(row._mapping) for row in here.execute(select(table))]
        if rows:
            there.execute(insert(table), rows)


def is_empty(tx: Tx) -> bool:
    models: tuple[type[SQLModel], ...] = (*MIRRORED.values(), Access)
    tables = (_T, *(table_of(model) for model in models))
    return all(tx.execute(select(table).limit(1)).first() is None for table in tables)


def rows_after(tx: Tx, table: Table, last: str, *, limit: int) -> dict[str, Row]:
    """The next rows of a table by its one key, in the database's order."""
    (key,) = table.primary_key.columns
    query = select(table).where(key > last).order_by(key).limit(limit)
    return {row[key.name]: row for row in (dict(found._mapping) for found in tx.execute(query))}


def rows_of(tx: Tx, table: Table, names: Collection[str]) -> dict[str, Row]:
    (key,) = table.primary_key.columns
    found = tx.execute(select(table).where(key.in_(list(names))))
    return {row[key.name]: row for row in (dict(each._mapping) for each in found)}
