"""Keeps a decision about a standing and the projection of access apart, so that neither misses what the other wrote.

Whoever projects shares the lock, in the trip that asks for its facts; whoever decides waits until they have committed,
and those who come then read the new standing.
"""

from sqlalchemy import text

from app.db.engine import Tx
from app.db.prepared import Prepared
from app.db.standing import standing_of
from app.policy.standing import Standing

_KEY = 4150117426835270
_SHARE = Prepared(lambda _: text(f"SELECT pg_advisory_xact_lock_shared({_KEY})"))
_HOLD = Prepared(lambda _: text(f"SELECT pg_advisory_xact_lock({_KEY})"))


def share_standings(tx: Tx) -> None:
    """Let no standing change until the transaction ends; on SQLite it already holds the whole database."""
    if tx.dialect.name == "postgresql":
        _SHARE.ask(tx)


def stands_well(tx: Tx, uid: str) -> bool:
    """Now, and until the transaction ends."""
    share_standings(tx)
    return standing_of(tx, uid) is Standing.GOOD


def hold_standings(tx: Tx) -> None:
    """Change standings alone. Taken before any other lock that a projection takes after sharing this one."""
    if tx.dialect.name == "postgresql":
        _HOLD.ask(tx)
