"""Locks that last as long as the transaction, taken in sorted order so that two batches cannot block each other."""

from collections.abc import Iterable
from hashlib import blake2b

from sqlalchemy import ARRAY, BigInteger, bindparam, text

from app.db.engine import Tx
from app.db.prepared import Prepared

_LOCK = Prepared(
    lambda _: text("SELECT pg_advisory_xact_lock(k) FROM unnest(:keys) AS k").bindparams(
        bindparam("keys", type_=ARRAY(BigInteger))
    )
)


def lock(tx: Tx, names: Iterable[str]) -> None:
    """Hold `names` until the transaction ends; on SQLite the transaction already holds the whole database."""
    if tx.dialect.name == "postgresql":
        keys = sorted({_key(name) for name in names})
        if keys:
            _LOCK.ask(tx, keys=keys)


def _key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
