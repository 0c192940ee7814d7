"""Settlements: how far an approved duplicate has come on its way back to the card."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, insert, or_, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import Money, UtcDateTime


class SettlementState(StrEnum):
    """`open` goes to the others; each of them can come back to `open` only by a new decision."""

    OPEN = "open"  # steps are to be taken, or taken back
    WAITING = "waiting"  # Stripe has the refund and has not paid it yet
    PAID = "paid"  # the refund succeeded; for some days it may still fail
    STOPPED = "stopped"  # no refund lives, and whatever was changed for it is undone


class Settlement(SQLModel, table=True):
    """One per claim. What is refunded was decided in `decision`, and is verified again before each step.

    `round` counts the decisions to settle. `why` and `ends_as` are set once it is to stop: the reason, and what the
    claim then becomes. `frozen_by` are the disputes and fraud warnings that were already acted on, `cleared` those of
    them that an operator has found to be over.
    """

    __tablename__ = "settlement"
    __table_args__ = (Index("ix_settlement_due_at", "due_at"),)

    claim: str = Field(primary_key=True)
    decision: str | None = None
    kept: str = Field(index=True)
    extra: str = Field(index=True)
    rule: str
    amount: int = Field(sa_type=Money)
    currency: str
    invoice: str | None = None
    proof: str
    round: int = 1
    state: str
    why: str | None = None
    ends_as: str | None = None
    refund: str | None = Field(default=None, index=True)
    refund_status: str | None = None
    frozen_by: str = ""
    cleared: str = ""
    started_at: datetime = Field(sa_type=UtcDateTime)
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldSettlement:
    """A settlement that is ours to carry out until its lease ends."""

    claim: str
    kept: str
    extra: str
    rule: str
    amount: int
    currency: str
    invoice: str | None
    round: int
    state: str
    why: str | None
    ends_as: str | None
    refund: str | None
    refund_status: str | None
    frozen_by: str
    cleared: str
    started_at: datetime
    paid_at: datetime | None
    tries: int
    lease: str


_T = SQLModel.metadata.tables["settlement"]
_HELD = [_T.c[name] for name in HeldSettlement.__dataclass_fields__]
_LIVE = (SettlementState.WAITING, SettlementState.PAID)


def add(tx: Tx, settlement: Settlement) -> None:
    tx.execute(insert(_T).values(settlement.model_dump()))


def settlement_of(tx: Tx, claim: str) -> Any:
    """The whole row."""
    return tx.execute(select(_T).where(_T.c.claim == claim)).first()


def restart(tx: Tx, claim: str, **values: Any) -> bool:
    """Begin the next round; only of what has stopped."""
    nothing = dict.fromkeys(("why", "ends_as", "refund", "refund_status", "paid_at", "last_error"))
    again = update(_T).where(_T.c.claim == claim, _T.c.state == SettlementState.STOPPED)
    anew = {"state": SettlementState.OPEN, "round": _T.c.round + 1, "tries": 0}
    return tx.execute(again.values(**nothing, **anew, **values)).rowcount == 1


def due(tx: Tx, *, now: datetime, limit: int) -> list[str]:
    """The claims whose settlements are due, the longest due first."""
    found = select(_T.c.claim).where(_T.c.due_at <= now, _is_free(now)).order_by(_T.c.due_at, _T.c.claim)
    return list(tx.execute(found.limit(limit)).scalars())


def hold(tx: Tx, claim: str, *, lease: str, until: datetime, now: datetime) -> HeldSettlement | None:
    """Lease it and count the try; None while somebody else has it, or if it is not due."""
    held = (
        update(_T)
        .where(_T.c.claim == claim, _T.c.due_at <= now, _is_free(now))
        .values(lease=lease, leased_until=until, tries=_T.c.tries + 1)
        .returning(*_HELD)
    )
    row = tx.execute(held).first()
    return HeldSettlement(**row._mapping) if row else None


def keep(tx: Tx, held: HeldSettlement, *, until: datetime, **values: Any) -> HeldSettlement | None:
    """Prolong the lease and write what changes; None if it is no longer ours."""
    kept = update(_T).where(_is_held(held)).values(leased_until=until, **values).returning(*_HELD)
    row = tx.execute(kept).first()
    return HeldSettlement(**row._mapping) if row else None


def release(tx: Tx, held: HeldSettlement, *, due_at: datetime | None, **values: Any) -> bool:
    """Write what became of it and give it back; False if it was no longer ours."""
    given = update(_T).where(_is_held(held)).values(lease=None, leased_until=None, due_at=due_at, **values)
    return tx.execute(given).rowcount == 1


def make_due(tx: Tx, claims: Collection[str], *, now: datetime) -> None:
    """Look at them now; what is due already stays as due as it is."""
    later = or_(_T.c.due_at.is_(None), _T.c.due_at > now)
    tx.execute(update(_T).where(_T.c.claim.in_(sorted(claims)), later).values(due_at=now))


def clear(tx: Tx, claim: str, objections: Collection[str]) -> None:
    """These disputes and fraud warnings stand in the way no more."""
    known = tx.execute(select(_T.c.frozen_by, _T.c.cleared).where(_T.c.claim == claim)).one()
    frozen_by, cleared = (" ".join(sorted({*told.split(), *objections})) for told in known)
    tx.execute(update(_T).where(_T.c.claim == claim).values(frozen_by=frozen_by, cleared=cleared))


def is_under_way(tx: Tx, extra: str) -> bool:
    """Whether this charge is being refunded, or was."""
    found = select(_T.c.claim).where(_T.c.extra == extra, _T.c.state != SettlementState.STOPPED)
    return tx.execute(found.limit(1)).first() is not None


def stopped_because_of(tx: Tx, extra: str, why: str) -> list[str]:
    """The claims whose settlements of this charge stopped for that reason."""
    stopped = (_T.c.extra == extra) & (_T.c.state == SettlementState.STOPPED) & (_T.c.why == why)
    return list(tx.execute(select(_T.c.claim).where(stopped).order_by(_T.c.claim)).scalars())


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(_T.c.leased_until.is_(None), _T.c.leased_until <= now)


def _is_held(held: HeldSettlement) -> ColumnElement[bool]:
    return (_T.c.claim == held.claim) & (_T.c.lease == held.lease)
