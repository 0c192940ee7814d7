"""Writes into the journal what time has done to access; the answers themselves changed by the clock alone."""

from collections.abc import Iterable
from datetime import datetime

from app.billing.access_moves import Notice, passed
from app.billing.context import Context
from app.db import access_due
from app.db.access_due import DueAccess, Move
from app.logs import log
from app.policy.instants import from_epoch

SLICE = 500  # rows in a transaction: a mass expiry must not hold SQLite's write lock for seconds
LATER = 3600  # when a row that cannot be read is tried again


def run(context: Context, *, limit: int = 100_000) -> int:
    """Journal what is due and give the number of rows; two processes at once never journal the same."""
    done = 0
    for _ in range(0, limit, SLICE):
        with context.db.read() as tx:
            rows = access_due.flips_due(tx, now=int(context.clock().timestamp()), limit=min(SLICE, limit - done))
        if not rows:
            break
        moves = list(_moves(context, rows))
        with context.db.write() as tx:
            ours = len(access_due.move(tx, moves))
        done += ours
        if not ours:  # another process is at the same rows, and goes on with the next
            break
    return done


def next_due(context: Context) -> datetime | None:
    """When there is something to journal next, by the wall clock; now, if a test clock has gone past an instant."""
    with context.db.read() as tx:
        if access_due.any_rehearsed_flip(tx):
            return context.clock()
        at = access_due.next_flip_at(tx)
    return None if at is None else from_epoch(at)


def _moves(context: Context, rows: Iterable[DueAccess]) -> Iterable[Move]:
    """Decided before the transaction is opened, so that it is short."""
    notice = Notice(cause="cycle_end", recorded_at=context.clock(), grace=context.settings.renewal_grace)
    for row in rows:
        try:
            yield passed(row, notice)
        except Exception:  # noqa: BLE001 - one bad row must not stop the rest
            log.exception("cycle_end.unreadable", subscription=row.subscription)
            yield put_off(row)


def put_off(row: DueAccess) -> Move:
    """Leave the row as it is for now; its journal stays complete up to where it was."""
    return Move(
        row=row, flips_at=row.now + LATER, look_at=row.look_at, journalled_to=row.journalled_to, facts=row.facts
    )
