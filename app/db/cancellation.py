"""Requests to cancel or to resume a subscription: recorded before Stripe is called, repeated until Stripe has them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, exists, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.locks import lock
from app.db.types import EpochSeconds, UtcDateTime


class RequestState(StrEnum):
    """`recorded` goes to `done` or `refused`; a later request for the same subscription makes it `superseded`."""

    RECORDED = "recorded"  # committed here, not yet known to be at Stripe
    DONE = "done"  # Stripe has it
    REFUSED = "refused"  # Stripe said that it cannot be done
    SUPERSEDED = "superseded"


class CancellationRequest(SQLModel, table=True):
    """Who asked for what, when, and which period it found. `id` is part of the idempotency keys of its calls.

    A decision about the user's standing makes requests of its own, beside the customer's; they name it.

    `requested_at` is our clock, `asked_at` the same instant on the subscription's own clock (its test clock's, or
    ours): only that one can be compared with `period_end`. At most one request of a subscription by its customer, and
    one by a decision, is `recorded`.
    """

    __tablename__ = "cancellation_request"
    __table_args__ = (Index("ix_cancellation_request_due", "state", "due_at"),)

    id: str = Field(primary_key=True)
    subscription: str = Field(index=True)
    uid: str | None = Field(default=None, index=True)
    action: str
    actor: str
    why: str | None = None
    decision: str | None = Field(default=None, index=True)
    period_end: int | None = Field(default=None, sa_type=EpochSeconds)
    asked_at: int = Field(sa_type=EpochSeconds)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None
    released_schedule: str | None = None
    renewal_invoice: str | None = None  # of the cycle that began although the request came before it
    outcome: str | None = None
    ends_at: int | None = Field(default=None, sa_type=EpochSeconds)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRequest:
    """A request that Stripe is not known to have."""

    id: str
    subscription: str
    action: str
    requested_at: datetime
    period_end: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRequest:
    """A request that is ours to carry out until its lease ends."""

    id: str
    subscription: str
    uid: str | None
    action: str
    requested_at: datetime
    asked_at: int
    period_end: int | None
    attempts: int
    released_schedule: str | None
    lease: str


_T = SQLModel.metadata.tables["cancellation_request"]
_OPEN = (_T.c.id, _T.c.subscription, _T.c.action, _T.c.requested_at, _T.c.period_end)
_HELD = (*_OPEN, _T.c.uid, _T.c.asked_at, _T.c.attempts, _T.c.released_schedule, _T.c.lease)


def lock_requests_of(tx: Tx, subscription: str) -> None:
    """Hold all requests of a subscription until the transaction ends."""
    lock(tx, [f"cancellation:{subscription}"])


def open_request(tx: Tx, subscription: str, actions: Collection[str]) -> OpenRequest | None:
    of_these = (_T.c.subscription == subscription) & _T.c.action.in_(actions)
    row = tx.execute(select(*_OPEN).where(of_these, _is_recorded())).first()
    return OpenRequest(**row._mapping) if row else None


def requested_since(tx: Tx, uid: str, action: str, since: datetime) -> int:
    """How often the user has asked for this after that instant."""
    recent = _T.c.uid == uid, _T.c.action == action, _T.c.requested_at > since
    return tx.execute(select(func.count()).where(*recent)).scalar_one()


def due_requests(tx: Tx, *, now: datetime, limit: int) -> list[OpenRequest]:
    """The longest due first."""
    due = select(*_OPEN).where(_is_recorded(), _T.c.due_at <= now, _is_free(now)).order_by(_T.c.due_at, _T.c.id)
    return [OpenRequest(**row._mapping) for row in tx.execute(due.limit(limit))]


def record(tx: Tx, request: CancellationRequest) -> OpenRequest:
    row = tx.execute(insert(_T).values(request.model_dump()).returning(*_OPEN)).one()
    return OpenRequest(**row._mapping)


def supersede(tx: Tx, request: OpenRequest, *, now: datetime) -> None:
    tx.execute(update(_T).where(_T.c.id == request.id).values(state=RequestState.SUPERSEDED, finished_at=now))


def claim(
    tx: Tx, request_id: str, subscription: str, *, lease: str, until: datetime, now: datetime
) -> HeldRequest | None:
    """Lease the request and count the attempt; None while anybody works on this subscription's end.

    The caller holds `lock_requests_of` the subscription, so that of two requests only one is claimed.
    """
    other = _T.alias("other")
    busy = exists().where(other.c.subscription == subscription, other.c.leased_until > now)
    claimed = (
        update(_T)
        .where(_T.c.id == request_id, _is_recorded(), ~busy)
        .values(lease=lease, leased_until=until, attempts=_T.c.attempts + 1)
        .returning(*_HELD)
    )
    row = tx.execute(claimed).first()
    return HeldRequest(**row._mapping) if row else None


def keep(tx: Tx, held: HeldRequest, *, until: datetime, **notes: Any) -> bool:
    """Prolong the lease and note what is about to be done; False if the request is no longer ours or superseded."""
    kept = update(_T).where(_is_held(held), _is_recorded()).values(leased_until=until, **notes)
    return tx.execute(kept).rowcount == 1


def finish(tx: Tx, held: HeldRequest, *, state: RequestState, outcome: str, ends_at: int | None, now: datetime) -> bool:
    """Record how it ended; False if it is no longer ours, or a later request has superseded it."""
    values = {"state": state, "outcome": outcome, "ends_at": ends_at, "finished_at": now, "due_at": None}
    recorded = tx.execute(update(_T).where(_is_held(held), _is_recorded()).values(values)).rowcount == 1
    _release(tx, held)
    return recorded


def put_off(tx: Tx, held: HeldRequest, *, due_at: datetime, error: str) -> None:
    """Leave it for later."""
    tx.execute(update(_T).where(_is_held(held), _is_recorded()).values(due_at=due_at, last_error=error[:500]))
    _release(tx, held)


def _release(tx: Tx, held: HeldRequest) -> None:
    tx.execute(update(_T).where(_is_held(held)).values(lease=None, leased_until=None))


def _is_recorded() -> ColumnElement[bool]:
    return _T.c.state == RequestState.RECORDED


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(_T.c.leased_until.is_(None), _T.c.leased_until <= now)


def _is_held(held: HeldRequest) -> ColumnElement[bool]:
    return (_T.c.id == held.id) & (_T.c.lease == held.lease)
