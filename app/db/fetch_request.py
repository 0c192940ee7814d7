"""Objects that must be asked for at Stripe, one row per object however often it is asked."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class FetchRequest(SQLModel, table=True):
    """A wish; whoever holds the lease makes the call, outside any transaction.

    A wish that comes while the call is on its way takes the lease's name away but leaves its time: nobody else calls
    before the holder is back, and the holder then finds that its answer does not fulfil the wish.

    `turn` is fair queueing: each further object of `whose`, a customer, has a later turn than the one before, and who
    comes new is in the turn that is served now.
    """

    __tablename__ = "fetch_request"
    __table_args__ = (
        Index("ix_fetch_request_due_at", "due_at"),
        Index("ix_fetch_request_turn_due_at", "turn", "due_at"),
        Index("ix_fetch_request_whose_turn", "whose", "turn"),
    )

    object_id: str = Field(primary_key=True)
    object_kind: str
    why: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None
    whose: str = Field(default="", sa_column_kwargs={"server_default": ""})
    turn: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchWish:
    """`whose` is the customer; where that is not told, objects of one kind wait behind each other."""

    kind: str
    object_id: str
    why: str
    requested_at: datetime
    due_at: datetime
    whose: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LeasedFetch:
    """A wish that is ours to fulfil until `leased_until`."""

    kind: str
    object_id: str
    why: str
    attempts: int
    lease: str
    leased_until: datetime


_T = SQLModel.metadata.tables["fetch_request"]


def request(tx: Tx, wishes: Iterable[FetchWish]) -> None:
    """Ask for objects; a wish for an object that is already waited for only makes it due no later."""
    # A statement may meet a row only once, and sorted rows cannot block each other in two transactions.
    earliest: dict[str, FetchWish] = {}
    for wish in wishes:
        known = earliest.get(wish.object_id)
        if known is None or wish.due_at < known.due_at:
            earliest[wish.object_id] = wish
    if not earliest:
        return
    insert = (insert_postgresql if tx.dialect.name == "postgresql" else insert_sqlite)(_T).values(turn=_next_turn())
    new = insert.excluded
    upsert = insert.on_conflict_do_update(
        index_elements=[_T.c.object_id],
        set_={
            "due_at": case((new.due_at < _T.c.due_at, new.due_at), else_=_T.c.due_at),
            "requested_at": new.requested_at,
            "why": new.why,
            "lease": None,
        },
    )
    tx.execute(upsert, [_row(earliest[object_id]) for object_id in sorted(earliest)])


def any_due(tx: Tx, now: datetime, *, but_not: Collection[str] = ()) -> bool:
    """Of kinds other than those of `but_not`."""
    wanted = _is_due(now) & _T.c.object_kind.not_in(but_not)
    return tx.execute(select(_T.c.object_id).where(wanted).limit(1)).first() is not None


def claim(
    tx: Tx,
    *,
    now: datetime,
    limit: int,
    lease: str,
    lease_seconds: int,
    kind: str | None = None,
    but_not: Collection[str] = (),
    least_tried: bool = False,
) -> list[LeasedFetch]:
    """Lease due rows, by turn and then the longest due; two claimers at once never get the same one.

    Of one kind, or of all but some. What was `least_tried` is least likely to be itself what Stripe stumbles over.
    """
    until = now + timedelta(seconds=lease_seconds)
    wanted = _T.c.object_kind.not_in(but_not) if kind is None else _T.c.object_kind == kind
    first = (_T.c.attempts,) if least_tried else ()
    due = (
        select(_T.c.object_id)
        .where(_is_due(now), wanted)
        .order_by(*first, _T.c.turn, _T.c.due_at, _T.c.object_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = (
        update(_T)
        .where(_T.c.object_id.in_(select(due.c.object_id)))
        .values(lease=lease, leased_until=until)
        .returning(_T.c.object_kind, _T.c.object_id, _T.c.why, _T.c.attempts)
    )
    return [
        LeasedFetch(kind=kind, object_id=object_id, why=why, attempts=attempts, lease=lease, leased_until=until)
        for kind, object_id, why, attempts in tx.execute(claimed)
    ]


def done(tx: Tx, leased: LeasedFetch) -> None:
    """The wish is fulfilled; one that was made since stays and is due as it says."""
    tx.execute(delete(_T).where(_T.c.object_id == leased.object_id, _T.c.lease == leased.lease))
    release(tx, [leased])


def failed(tx: Tx, leased: LeasedFetch, *, due_at: datetime, error: str) -> None:
    """Keep the wish for later, and count the attempt."""
    attempts = _T.c.attempts + 1
    values = {"lease": None, "leased_until": None, "due_at": due_at, "attempts": attempts, "last_error": error}
    tx.execute(update(_T).where(_is_held(leased)).values(values))


def release(tx: Tx, leased: Iterable[LeasedFetch]) -> None:
    """Give rows back untried, as due as they were."""
    for each in leased:
        tx.execute(update(_T).where(_is_held(each)).values(lease=None, leased_until=None))


def unanswered(tx: Tx, object_ids: Iterable[str], *, due_before: datetime) -> frozenset[str]:
    """Those of the objects that were asked for in vain, or that should have been asked for before that instant."""
    in_vain = (_T.c.attempts > 0) | (_T.c.due_at < due_before)
    return frozenset(tx.execute(select(_T.c.object_id).where(_T.c.object_id.in_(list(object_ids)), in_vain)).scalars())


def waiting(tx: Tx) -> int:
    """How many objects are waited for."""
    return tx.execute(select(func.count()).select_from(_T)).scalar_one()


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (_T.c.due_at <= now) & or_(_T.c.leased_until.is_(None), _T.c.leased_until <= now)


def _is_held(leased: LeasedFetch) -> ColumnElement[bool]:
    """Leased to us, also if a new wish has taken the lease's name away."""
    ours = or_(_T.c.lease == leased.lease, _T.c.lease.is_(None))
    return (_T.c.object_id == leased.object_id) & (_T.c.leased_until == leased.leased_until) & ours


def _next_turn() -> ColumnElement[int]:
    """After the last of the same customer's, else the one that is served now."""
    others = _T.alias("others")
    last = select(func.max(others.c.turn) + 1).where(others.c.whose == bindparam("of_whom"))
    served = select(func.min(others.c.turn))
    return func.coalesce(last.scalar_subquery(), served.scalar_subquery(), 0)


def _row(wish: FetchWish) -> dict[str, object]:
    whose = wish.whose or wish.kind
    return {
        "whose": whose,
        "of_whom": whose,
        "object_id": wish.object_id,
        "object_kind": wish.kind,
        "why": wish.why,
        "requested_at": wish.requested_at,
        "due_at": wish.due_at,
        "attempts": 0,
    }
