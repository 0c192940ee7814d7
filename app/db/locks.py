"""Locks that last as long as the transaction, taken in sorted order so that two batches cannot block each other."""

from collections.abc import Iterable

from sqlalchemy import String, bindparam, text

from app.db.engine import Tx
from app.db.listed import Listed
from app.db.prepared import Prepared

_LOCK = Prepared(
    lambda _: text(
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name"
    ).bindparams(bindparam("names", type_=Listed(String())))
)


def lock(tx: Tx, names: Iterable[str]) -> None:
    """Hold `names` until the transaction ends; on SQLite the transaction already holds the whole database."""
    if tx.dialect.name == "postgresql" and (wanted := sorted(set(names))):
        _LOCK.ask(tx, names=wanted)
