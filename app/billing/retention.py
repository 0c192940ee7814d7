"""Forgets what is old enough: entries of the log that nothing rests on, and links that were used or never will be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.billing.claim_moves import SETTLED
from app.billing.context import Context
from app.db import retention
from app.db.account_session import prune_sessions
from app.db.personal_writes import remove_files

AT_ONCE = 100  # objects in a transaction, so that nobody waits long for the write lock
EVENTS_AT_ONCE = 1000
LINKS_KEPT = timedelta(days=1)  # longer than who came by one stays signed in


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionReport:
    events: int
    links: int
    files: int


def run(context: Context) -> RetentionReport:
    now, days = context.clock(), context.settings.event_retention_days
    with context.db.write() as tx:
        links = prune_sessions(tx, before=now - LINKS_KEPT)
    before = now - timedelta(days=days)
    events = _prune(context, before) + _prune_without_object(context, before) if days else 0
    return RetentionReport(events=events, links=links, files=_remove_files(context, now))


def _remove_files(context: Context, now: datetime) -> int:
    days, removed = context.settings.evidence_retention_days, 0
    while days:
        before = now - timedelta(days=days)
        with context.db.write() as tx:
            old = retention.old_files(tx, SETTLED, before=before, limit=AT_ONCE)
            removed += remove_files(tx, old, at=now)
        if len(old) < AT_ONCE:
            break
    return removed


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


def _prune_without_object(context: Context, before: datetime) -> int:
    pruned = 0
    while True:
        with context.db.write() as tx:
            gone = retention.prune_without_object(tx, before=before, limit=EVENTS_AT_ONCE)
        pruned += gone
        if gone < EVENTS_AT_ONCE:
            return pruned
