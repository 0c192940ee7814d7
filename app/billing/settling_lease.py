"""Holding a settlement while it is carried out: one process at a time, and never for ever."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from app.alarms import alarm
from app.billing.context import Context
from app.db import settlement
from app.db.engine import Tx
from app.db.settlement import HeldSettlement
from app.logs import log

LEASE = timedelta(minutes=5)
"""Longer than one step with its look-ups, time-outs and retries; prolonged before each."""

FIRST_BACKOFF = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(minutes=15)

STUCK = 8
"""So many tries in a row without an end are told to somebody."""


class Superseded(Exception):
    """Another process has taken the settlement over."""


def hold(context: Context, claim: str) -> HeldSettlement | None:
    """Make it ours, if it is due and nobody works on it."""
    now = context.clock()
    with context.db.write() as tx:
        return settlement.hold(tx, claim, lease=uuid4().hex, until=now + LEASE, now=now)


def kept_lease(tx: Tx, held: HeldSettlement, *, now: datetime, **values: Any) -> HeldSettlement:
    """Still ours, for longer, with `values` written. Raises Superseded."""
    kept = settlement.keep(tx, held, until=now + LEASE, **values)
    if kept is None:
        raise Superseded
    return kept


def put_off(context: Context, held: HeldSettlement, why: str) -> None:
    """Leave it for the job; it is tried less and less often, but never given up."""
    due_at = context.clock() + min(FIRST_BACKOFF * 2 ** min(held.tries - 1, 16), LONGEST_BACKOFF)
    log.warning("settlement_put_off", claim=held.claim, tries=held.tries, error=why)
    if held.tries == STUCK:
        alarm("settlement_stuck", claim=held.claim, charge=held.extra, error=why)
    with context.db.write() as tx:
        settlement.release(tx, held, due_at=due_at, last_error=why[:500])
