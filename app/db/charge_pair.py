"""Pairs of charges that look alike: when they were last held against each other at Stripe, and what was found."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Field, SQLModel

from app.db.charge import Charge
from app.db.claim import Claim
from app.db.engine import Tx
from app.db.types import EpochSeconds, Money, UtcDateTime
from app.policy.claim_reasons import ClaimReason


class ChargePair(SQLModel, table=True):
    """`seen_as` is how the mirror showed the two when they were looked at: only what has changed is looked at again.

    `look_at` is when to look although nothing changed: the two have not settled, or whoever looked did not come back.
    `claim` is the one that was filed because of it.
    """

    __tablename__ = "charge_pair"
    __table_args__ = (Index("ix_charge_pair_found", "found", "dismissed_at"),)

    later: str = Field(primary_key=True)
    earlier: str = Field(primary_key=True)
    later_at: int = Field(sa_type=EpochSeconds)
    earlier_at: int = Field(sa_type=EpochSeconds)
    customer: str | None = None
    uid: str | None = None
    amount: int = Field(sa_type=Money)
    currency: str | None = None
    found: str | None = None
    why: str | None = None
    claim: str | None = None
    seen_as: str | None = None
    looks: int = 0
    looked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    dismissed_by: str | None = None
    note: str | None = None


class Remembered(NamedTuple):
    """What is known of a pair from the last time."""

    later: str
    earlier: str
    seen_as: str | None
    look_at: datetime | None


class Suspected(NamedTuple):
    """`uid` is None where nobody is known to be the payer."""

    later: str
    earlier: str
    later_at: int
    earlier_at: int
    customer: str | None
    uid: str | None
    amount: int
    currency: str | None
    found: str | None
    why: str | None
    looked_at: datetime | None


_T = SQLModel.metadata.tables["charge_pair"]
_C, _CLAIM = (SQLModel.metadata.tables[str(model.__tablename__)] for model in (Charge, Claim))


def remembered(tx: Tx, since: int) -> list[Remembered]:
    """The pairs whose later charge is not older."""
    columns = (_T.c[name] for name in Remembered._fields)
    return [Remembered._make(row) for row in tx.execute(select(*columns).where(_T.c.later_at >= since))]


def take(tx: Tx, pair: dict[str, Any], *, seen_as: str, now: datetime, until: datetime) -> int | None:
    """How often it was looked at before, if it is ours to look at; nobody else looks before `until`."""
    insert = insert_postgresql(_T) if tx.dialect.name == "postgresql" else insert_sqlite(_T)
    changed = _T.c.look_at.is_(None) & _T.c.seen_as.is_distinct_from(seen_as)
    taken = (
        insert.values(pair | {"look_at": until, "looks": 0})
        .on_conflict_do_update(
            index_elements=[_T.c.later, _T.c.earlier],
            set_={"look_at": until},
            where=or_(_T.c.look_at <= now, changed),
        )
        .returning(_T.c.looks)
    )
    looks: int | None = tx.execute(taken).scalar()
    return looks


def looked(tx: Tx, *, later: str, earlier: str, found: str, why: str | None, claim: str | None, **values: Any) -> None:
    """Write what was found; a suspicion that was dismissed stays so while it is the same."""
    is_it = (_T.c.later == later) & (_T.c.earlier == earlier)
    same = (_T.c.found == found) & _T.c.why.is_not_distinct_from(why)
    values |= {"found": found, "why": why, "dismissed_at": case((same, _T.c.dismissed_at))}
    values |= {"claim": claim} if claim else {}
    tx.execute(update(_T).where(is_it).values(looks=_T.c.looks + 1, **values))


def put_off(tx: Tx, *, later: str, earlier: str, until: datetime) -> None:
    """Nothing could be found out."""
    is_it = (_T.c.later == later) & (_T.c.earlier == earlier)
    tx.execute(update(_T).where(is_it).values(look_at=until, looks=_T.c.looks + 1))


def suspected(tx: Tx, found: Iterable[str], *, limit: int) -> list[Suspected]:
    """Pairs found so that nobody has dismissed or claimed, both payments still with us; of each charge the nearest one.

    The oldest first.
    """
    claimed = exists().where(
        _CLAIM.c.charge.in_([_T.c.later, _T.c.earlier]), _CLAIM.c.reason == ClaimReason.CHARGED_TWICE
    )
    later, earlier = _C.alias("later"), _C.alias("earlier")
    columns = [_T.c[name] for name in Suspected._fields]
    nearest = func.row_number().over(partition_by=_T.c.later, order_by=(_T.c.earlier_at.desc(), _T.c.earlier))
    shown = (
        select(*columns, nearest.label("place"))
        .join(later, later.c.id == _T.c.later)
        .join(earlier, earlier.c.id == _T.c.earlier)
        .where(_T.c.found.in_(list(found)), _T.c.dismissed_at.is_(None), ~claimed)
        .where(*(func.coalesce(charge.c.amount_refunded, 0) == 0 for charge in (later, earlier)))
        .subquery()
    )
    first = select(*(shown.c[name] for name in Suspected._fields)).where(shown.c.place == 1)
    rows = tx.execute(first.order_by(shown.c.later_at, shown.c.later).limit(limit))
    return [Suspected._make(row) for row in rows]


def dismiss(tx: Tx, *, later: str, by: str, note: str, now: datetime, found: Iterable[str]) -> bool:
    """All that this charge was suspected for; whether anything was."""
    open_ones = (_T.c.later == later) & _T.c.found.in_(list(found)) & _T.c.dismissed_at.is_(None)
    told = {"dismissed_at": now, "dismissed_by": by, "note": note}
    return tx.execute(update(_T).where(open_ones).values(told)).rowcount > 0
