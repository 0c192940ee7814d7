"""Which rows of `access` are due by their own clock, and moving them on so that only one process does.

A row on a test clock lives at its clock's `frozen_time`; while the mirror has not seen that clock, nothing is due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, select, update

from app.db.access import Access
from app.db.access_rows import append_transitions
from app.db.engine import Tx
from app.db.json_rows import as_rows, given_rows
from app.db.locks import lock
from app.db.prepared import Prepared, among
from app.db.tables import table_of
from app.db.test_clock import TestClock

_A = table_of(Access)
_CLOCK = table_of(TestClock)
# SQLite would rather go by the index of clocks than by the instant, and by it nearly every row lives on none.
_ON_WALL = func.coalesce(_A.c.test_clock, "") == ""
_SEEN = (_A.c.subscription, _A.c.facts, _A.c.flips_at, _A.c.look_at, _A.c.journalled_to)


@dataclass(frozen=True, kw_only=True, slots=True)
class DueAccess:
    """A row as it was read; `now` is its own clock in epoch seconds."""

    subscription: str
    facts: str
    flips_at: int | None
    look_at: int | None
    journalled_to: int
    uid: str | None
    now: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What becomes of a row; what is not said stays. `journal` holds rows of `access_transition`."""

    row: DueAccess
    flips_at: int | None
    look_at: int | None
    journalled_to: int
    facts: str
    journal: tuple[dict[str, Any], ...] = ()


def flips_due(tx: Tx, *, now: int, limit: int) -> list[DueAccess]:
    """Rows whose answer has changed and whose journal does not say so yet."""
    return _due(tx, _A.c.flips_at, now=now, limit=limit)


def looks_due(tx: Tx, *, now: int, limit: int) -> list[DueAccess]:
    """Rows for which Stripe is to be asked."""
    return _due(tx, _A.c.look_at, now=now, limit=limit)


def next_flip_at(tx: Tx) -> int | None:
    """The next wall-clock instant at which an answer changes."""
    on_wall = select(_A.c.flips_at).where(_A.c.flips_at.is_not(None), _ON_WALL)
    return tx.execute(on_wall.order_by(_A.c.flips_at).limit(1)).scalar()


def any_rehearsed_flip(tx: Tx) -> bool:
    """Whether a test clock has passed the next change of one of its subscriptions."""
    return bool(_rehearsed(tx, _A.c.flips_at, limit=1))


def move(tx: Tx, moves: Iterable[Move]) -> list[Move]:
    """Write those whose row is still as it was read, and give them back."""
    wanted = {each.row.subscription: each for each in moves}
    lock(tx, [f"access:{subscription}" for subscription in wanted])
    write = _write_at_once if tx.dialect.name == "postgresql" else _write_each
    ours = [wanted[subscription] for subscription in write(tx, wanted)]
    journal = [entry for each in ours for entry in each.journal]
    if journal:
        append_transitions(tx, journal)
    return ours


def _write_at_once(tx: Tx, wanted: Mapping[str, Move]) -> list[str]:
    rows = _MOVE.rows(tx, rows=as_rows([_seen_and_new(each) for each in wanted.values()])) if wanted else []
    return [subscription for (subscription,) in rows]


def _write_each(tx: Tx, wanted: Mapping[str, Move]) -> list[str]:
    seen = _AS_IT_IS.rows(tx, names=list(wanted))
    ours = [row[0] for row in seen if row == _as_read(wanted[row[0]].row)]
    if ours:
        tx.execute(_UPDATE, [_values(wanted[subscription]) for subscription in ours])
    return ours


_WRITTEN = ("facts", "flips_at", "look_at", "journalled_to")
_AS_IT_IS = Prepared(lambda dialect: select(*_SEEN).where(among(dialect, _A.c.subscription, "names")))
_UPDATE = (
    update(_A)
    .where(_A.c.subscription == bindparam("its_subscription"))
    .values({name: bindparam(f"new_{name}") for name in _WRITTEN})
)
_GIVEN = {column.name: column.type for column in _SEEN} | {f"new_{name}": _A.c[name].type for name in _WRITTEN}
_MOVE = Prepared(lambda _: _moving(given_rows(_GIVEN).c))


def _moving(given: Any) -> Any:
    """The same at once; `facts` are only sent if they change."""
    same = [_A.c[name] == given[name] for name in ("subscription", "facts", "journalled_to")]
    same += [_A.c[name].is_not_distinct_from(given[name]) for name in ("flips_at", "look_at")]
    new = {name: given[f"new_{name}"] for name in _WRITTEN}
    new["facts"] = func.coalesce(new["facts"], _A.c.facts)
    return update(_A).where(*same).values(new).returning(_A.c.subscription)


def _due(tx: Tx, at: Column[Any], *, now: int, limit: int) -> list[DueAccess]:
    on_wall = _columns().where(at <= now, _ON_WALL).order_by(at).limit(limit)
    found = [_read(row, now) for row in tx.execute(on_wall)]
    return found + [_read(row[:-1], row[-1]) for row in _rehearsed(tx, at, limit=limit - len(found))]


def _rehearsed(tx: Tx, at: Column[Any], *, limit: int) -> Sequence[Any]:
    """A live account has no clock, and its millions need not be asked."""
    if not limit or tx.execute(_ANY_CLOCK).first() is None:
        return ()
    return tx.execute(_on_clocks(at).limit(limit)).all()


_ANY_CLOCK = select(_CLOCK.c.id).limit(1)


def _columns() -> Select[Any]:
    return select(*_SEEN, _A.c.uid)


def _on_clocks(at: Column[Any]) -> Select[Any]:
    """By the clocks and not by `at`, in whose order all the rows of the wall clock would be read to find none."""
    on_one = _A.c.test_clock > ""
    due: ColumnElement[bool] = at <= _CLOCK.c.frozen_time
    return (
        _columns()
        .add_columns(_CLOCK.c.frozen_time)
        .join_from(_A, _CLOCK, _A.c.test_clock == _CLOCK.c.id)
        .where(on_one, due)
        .order_by(at + 0)
    )


def _read(row: Sequence[Any], now: int) -> DueAccess:
    subscription, facts, flips_at, look_at, journalled_to, uid = row
    return DueAccess(
        subscription=subscription,
        facts=facts,
        flips_at=flips_at,
        look_at=look_at,
        journalled_to=journalled_to,
        uid=uid,
        now=now,
    )


def _as_read(row: DueAccess) -> tuple[Any, ...]:
    return row.subscription, row.facts, row.flips_at, row.look_at, row.journalled_to


def _values(each: Move) -> dict[str, Any]:
    return {
        "its_subscription": each.row.subscription,
        "new_facts": each.facts,
        "new_flips_at": each.flips_at,
        "new_look_at": each.look_at,
        "new_journalled_to": each.journalled_to,
    }


def _seen_and_new(each: Move) -> dict[str, Any]:
    row = each.row
    return {
        "subscription": row.subscription,
        "facts": row.facts,
        "flips_at": row.flips_at,
        "look_at": row.look_at,
        "journalled_to": row.journalled_to,
        "new_facts": None if each.facts == row.facts else each.facts,
        "new_flips_at": each.flips_at,
        "new_look_at": each.look_at,
        "new_journalled_to": each.journalled_to,
    }
