"""Finding stored events by what a person knows of them, and changing where they stand by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Table, select, update

from app.db.engine import Tx
from app.db.inbox import InboxEvent, InboxState
from app.policy.event_order import FETCHED

BY_HAND = "ignored by hand: "
"""How the reason begins that a person gave."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """All that is given must hold; `since` and `until` (not included) are Stripe's clock, in epoch seconds."""

    ids: tuple[str, ...] = ()
    type: str | None = None
    object_id: str | None = None
    since: int | None = None
    until: int | None = None
    state: InboxState | None = None
    fetched: bool = False


class Found(NamedTuple):
    id: str
    type: str
    object_id: str | None
    created: int
    received_at: datetime
    state: str
    why: str | None
    attempts: int
    due_at: datetime | None


_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]
_FOUND = tuple(_T.c[name] for name in Found._fields)


def find(tx: Tx, wanted: Wanted, *, limit: int, after: Found | None = None) -> list[Found]:
    """The oldest first; `after` goes on behind one that was found before."""
    query = select(*_FOUND).where(*_conditions(wanted)).order_by(_T.c.created, _T.c.id).limit(limit)
    if after is not None:
        later = (_T.c.created > after.created) | ((_T.c.created == after.created) & (_T.c.id > after.id))
        query = query.where(later)
    return [Found._make(row) for row in tx.execute(query)]


def take_up_again(tx: Tx, ids: Collection[str], *, why: str, now: datetime) -> None:
    """As if applying them had just failed: if we are stopped now, the retry job does it."""
    values = {"state": InboxState.FAILED, "why": why, "attempts": 0, "due_at": now}
    tx.execute(update(_T).where(_T.c.id.in_(ids), _T.c.type != FETCHED).values(values))


def leave_alone(tx: Tx, ids: Collection[str], *, why: str) -> int:
    """Give up on events that wait to be applied; returns how many did."""
    waits = _T.c.state.in_((InboxState.FAILED, InboxState.QUARANTINED))
    values = {"state": InboxState.IGNORED, "why": why, "due_at": None}
    return tx.execute(update(_T).where(_T.c.id.in_(ids), waits).values(values)).rowcount


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if wanted.fetched else [_T.c.type != FETCHED]
    if wanted.ids:
        found.append(_T.c.id.in_(wanted.ids))
    if wanted.type is not None:
        prefix = wanted.type.removesuffix("*")
        found.append(_T.c.type == wanted.type if prefix == wanted.type else _T.c.type.startswith(prefix))
    if wanted.object_id is not None:
        found.append(_T.c.object_id == wanted.object_id)
    if wanted.since is not None:
        found.append(_T.c.created >= wanted.since)
    if wanted.until is not None:
        found.append(_T.c.created < wanted.until)
    if wanted.state is not None:
        found.append(_T.c.state == wanted.state)
    return found
