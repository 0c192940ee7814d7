"""Waiting until another thread stands before a lock that this one holds, on PostgreSQL."""

import time
from threading import Thread

from sqlalchemy import text

from app.db.engine import Database

PATIENCE = 20
WAITS = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def until_it_waits(db: Database, thread: Thread) -> None:
    """Or until it has come to its end because nothing held it up."""
    until = time.monotonic() + PATIENCE
    with db.read() as tx:
        while thread.is_alive() and not tx.execute(WAITS).scalar_one():
            assert time.monotonic() < until, "it neither waits nor ends"
