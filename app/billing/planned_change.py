"""What a subscription schedule would change, so that a customer knows what a cancellation drops."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.billing.context import Context
from app.db.account_rows import schedule_body
from app.policy.instants import stripe_instant


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedChange:
    """`at` is None where the plan itself is not known yet."""

    at: datetime | None


def planned_change(context: Context, schedule: str | None) -> PlannedChange | None:
    """The next change that `schedule` will make, if it makes one."""
    if schedule is None:
        return None
    with context.db.read() as tx:
        body = schedule_body(tx, schedule)
    if body is None:
        return PlannedChange(at=None)
    at = _next_start(orjson.loads(body))
    return None if at is None else PlannedChange(at=at)


def _next_start(body: dict[str, Any]) -> datetime | None:
    current = (body.get("current_phase") or {}).get("start_date") or 0
    starts = (phase.get("start_date") for phase in body.get("phases") or ())
    return stripe_instant(min((start for start in starts if isinstance(start, int) and start > current), default=None))
