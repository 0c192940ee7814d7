"""Forgets what is old enough: entries of the log that nothing rests on, and links that were used or never will be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.billing.context import Context
from app.db import retention
from app.db.account_session import prune_sessions

AT_ONCE = 100  # objects in a transaction, so that nobody waits long for the write lock
LINKS_KEPT = timedelta(days=1)  # longer than who came by one stays signed in


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionReport:
    events: int
    links: int


def run(context: Context) -> RetentionReport:
    now, days = context.clock(), context.settings.event_retention_days
    with context.db.write() as tx:
        links = prune_sessions(tx, before=now - LINKS_KEPT)
    return RetentionReport(events=_prune(context, now - timedelta(days=days)) if days else 0, links=links)


def _prune(context: Context, before: datetime) -> int:
    last, pruned = "", 0
    while True:
        with context.db.read() as tx:
            objects = retention.objects_with_old(tx, last, before=before, limit=AT_ONCE)
        if not objects:
            return pruned
        with context.db.write() as tx:
            pruned += retention.prune(tx, objects, before=before)
        last = objects[-1]
