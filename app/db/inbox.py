"""The inbox: every event that was answered 2xx and every fetched snapshot, as it came. It is the log of each object."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, Table, bindparam, or_, select, text, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.prepared import Prepared, PreparedRows, among
from app.db.types import EpochSeconds, UtcDateTime
from app.policy.envelope import Envelope
from app.policy.event_order import FETCHED


class InboxState(StrEnum):
    """Where an event stands; only `failed` goes on by itself."""

    APPLIED = "applied"  # the mirror has taken it into account
    STALE = "stale"  # older than what the mirror shows
    HINT = "hint"  # its body is not used; the object is fetched
    IGNORED = "ignored"  # not ours: another mode, account, or nothing to mirror
    FAILED = "failed"  # applying it raised; tried again with backoff
    QUARANTINED = "quarantined"  # tried often enough; waits for a person


class InboxEvent(SQLModel, table=True):
    """One entry. `created` is Stripe's clock; the other instants are ours."""

    __tablename__ = "inbox_event"
    __table_args__ = (
        Index("ix_inbox_event_object", "object_id", "created"),
        Index(
            "ix_inbox_event_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    type: str
    object_kind: str | None = None
    object_id: str | None = None
    created: int = Field(sa_type=EpochSeconds)
    api_version: str | None = None
    request_idempotency_key: str | None = None
    body: str
    state: str
    why: str | None = None
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


LOGGED = (InboxState.APPLIED, InboxState.STALE)
"""States of the entries that say what an object looked like."""

_T: Table = InboxEvent.__table__  # type: ignore[attr-defined]
_KNOWN = Prepared(lambda dialect: select(_T.c.id, _T.c.state).where(among(dialect, _T.c.id, "ids")))
_LOG = Prepared(
    lambda dialect: select(_T.c.id, _T.c.object_id, _T.c.type, _T.c.created, _T.c.body).where(
        among(dialect, _T.c.object_id, "objects"),
        among(dialect, _T.c.created, "seconds"),
        or_(*(_T.c.state == state.value for state in LOGGED)),
    )
)
_move = (
    update(_T)
    .where(_T.c.id == bindparam("event_id"))
    .values({name: bindparam(name) for name in ("state", "why", "applied_at")})
)


class StoredEntry(NamedTuple):
    """An entry of the log; `body` is the whole event as JSON text."""

    id: str
    object_id: str
    type: str
    created: int
    body: str


def ask_states(tx: Tx, ids: Collection[str]) -> Callable[[], dict[str, InboxState]]:
    """The states of the events that are stored already, once the trip is over."""
    answer = _KNOWN.ask(tx, ids=list(ids))
    return lambda: {event_id: InboxState(state) for event_id, state in answer.rows()}


def log_of(tx: Tx, objects: Collection[str], seconds: Collection[int]) -> list[StoredEntry]:
    """The logged entries of these objects in these seconds."""
    return [StoredEntry(*row) for row in _LOG.rows(tx, objects=list(objects), seconds=list(seconds))]


def bodies(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """The events as they came."""
    found = tx.execute(select(_T.c.id, _T.c.body).where(_T.c.id.in_(list(ids))))
    return {row.id: row.body for row in found}


def row_of(event: Envelope, *, state: InboxState, why: str | None, now: datetime) -> dict[str, Any]:
    """The row of an event that has just been judged."""
    return {
        "id": event.id,
        "type": event.type,
        "object_kind": event.kind,
        "object_id": event.object_id,
        "created": event.created,
        "api_version": event.api_version,
        "request_idempotency_key": event.idempotency_key,
        "body": event.raw,
        "state": state.value,
        "why": why,
        "attempts": 0,
        "due_at": None,
        "received_at": now,
        "applied_at": now if state in LOGGED else None,
    }


def fetched_row(
    kind: str, object_id: str, *, as_of: int, document: str, entry_id: str, now: datetime
) -> dict[str, Any]:
    """The row of a fetched snapshot, an entry of the log like an event."""
    return {
        "id": entry_id,
        "type": FETCHED,
        "object_kind": kind,
        "object_id": object_id,
        "created": as_of,
        "api_version": None,
        "request_idempotency_key": None,
        "body": document,
        "state": InboxState.APPLIED.value,
        "why": None,
        "attempts": 0,
        "due_at": None,
        "received_at": now,
        "applied_at": now,
    }


def store(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Write entries whole; one that is stored already is replaced."""
    _STORE.run(tx, rows)


def move(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Change where stored events stand: `event_id`, `state`, `why`, `applied_at`."""
    tx.execute(_move, rows)


def stored_since(tx: Tx, objects: Sequence[str], since: datetime) -> set[str]:
    """The objects of which an event was stored after `since`."""
    found = tx.execute(
        select(_T.c.object_id)
        .distinct()
        .where(_T.c.object_id.in_(objects), _T.c.received_at >= since, _T.c.type != FETCHED)
    )
    return set(found.scalars())


_STORE = PreparedRows(_T, _T.c.keys(), unless=("received_at",))
