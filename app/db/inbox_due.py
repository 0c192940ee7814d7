"""Which failed events are due to be applied again, and giving up on those that were tried often enough."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, Table, bindparam, func, select, update

from app.db.engine import Tx
from app.db.inbox import InboxEvent, InboxState

_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]


class FailedEvent(NamedTuple):
    id: str
    type: str
    attempts: int


def any_due(tx: Tx, now: datetime) -> bool:
    return tx.execute(_due(now).limit(1)).first() is not None


def claim(tx: Tx, *, now: datetime, limit: int, until: datetime) -> list[FailedEvent]:
    """Take the longest due events and count the attempt at once, so that one which kills the process counts too.

    Nobody else tries them before `until`.
    """
    due = _due(now).order_by(_T.c.due_at, _T.c.id).limit(limit).with_for_update(skip_locked=True).cte("due")
    claimed = (
        update(_T)
        .where(_T.c.id.in_(select(due.c.id)))
        .values(attempts=_T.c.attempts + 1, due_at=until)
        .returning(_T.c.id, _T.c.type, _T.c.attempts)
    )
    return [FailedEvent(*row) for row in tx.execute(claimed)]


def put_off(tx: Tx, due_at: Mapping[str, datetime], *, whys: Mapping[str, str]) -> None:
    """Still failing: due again at that instant."""
    _still_failed(tx, [{"event_id": each, "new_due": at, "new_why": whys[each]} for each, at in due_at.items()])


def quarantine(tx: Tx, whys: Mapping[str, str]) -> None:
    """Tried often enough: waits for a person, who finds the reason beside it."""
    _still_failed(
        tx,
        [{"event_id": each, "new_due": None, "new_why": why} for each, why in whys.items()],
        state=InboxState.QUARANTINED,
    )


def counts(tx: Tx) -> dict[str, int]:
    """How many events stand in each state that needs attention."""
    attention = (InboxState.FAILED, InboxState.QUARANTINED)
    found = tx.execute(select(_T.c.state, func.count()).where(_T.c.state.in_(attention)).group_by(_T.c.state))
    return dict(found.all())


def _still_failed(tx: Tx, rows: Collection[dict[str, object]], *, state: InboxState = InboxState.FAILED) -> None:
    if rows:
        tx.execute(
            update(_T)
            .where(_T.c.id == bindparam("event_id"), _T.c.state == InboxState.FAILED)
            .values(state=state, due_at=bindparam("new_due"), why=bindparam("new_why")),
            list(rows),
        )


def _due(now: datetime) -> Select[tuple[str]]:
    return select(_T.c.id).where(_T.c.due_at <= now, _T.c.state == InboxState.FAILED)
