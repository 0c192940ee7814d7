"""Wishes for objects at Stripe, put there directly."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.db import fetch_request
from app.db.engine import Database
from app.db.fetch_request import FetchRequest, FetchWish
from app.db.tables import table_of
from tests.support.stage import START

_F = table_of(FetchRequest)


def wish(
    object_id: str, *, kind: str = "subscription", seconds: float = 0, why: str = "test", whose: str | None = None
) -> FetchWish:
    due = START + timedelta(seconds=seconds)
    return FetchWish(kind=kind, object_id=object_id, why=why, requested_at=START, due_at=due, whose=whose)


def ask(db: Database, *wishes: FetchWish) -> None:
    with db.write() as tx:
        fetch_request.request(tx, wishes)


def rows(db: Database) -> list[Any]:
    with db.read() as tx:
        return list(tx.execute(select(_F).order_by(_F.c.object_id)))
