"""Ends an operator's session before its time, wherever copies of its cookie are."""

from datetime import timedelta
from hashlib import sha256

from app.billing.context import Context
from app.db import ended_session


def end(context: Context, session: str, *, lasts: timedelta) -> None:
    """`lasts` is the longest that its cookie may still live; those that are past that are forgotten on the way."""
    now = context.clock()
    with context.db.write() as tx:
        ended_session.prune_ended(tx, before=now)
        ended_session.end(tx, _hash(session), until=now + lasts)


def is_over(context: Context, session: str) -> bool:
    with context.db.read() as tx:
        return ended_session.has_ended(tx, _hash(session))


def _hash(session: str) -> str:
    return sha256(session.encode()).hexdigest()
