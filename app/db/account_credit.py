"""Credits to accounts that operators have ordered (2.1), each on record before Stripe is asked for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import Money, UtcDateTime


class CreditState(StrEnum):
    OPEN = "open"
    BOOKED = "booked"
    REFUSED = "refused"


class AccountCredit(SQLModel, table=True):
    """`number` counts the attempts, each with an idempotency key of its own: the last is repeated until Stripe has
    answered it. `answered` is whether it answered with a failure of its own, which it would repeat for a day."""

    __tablename__ = "account_credit"

    claim: str = Field(primary_key=True)
    charge: str = Field(index=True)
    customer: str
    amount: int = Field(sa_type=Money)
    currency: str
    operator: str
    state: str
    number: int = 1
    answered: bool = False
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stripe_id: str | None = None
    tries: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """A credit as it was read."""

    claim: str
    charge: str
    customer: str
    amount: int
    currency: str
    operator: str
    state: str
    number: int
    answered: bool
    called_at: datetime | None
    stripe_id: str | None
    tries: int
    leased_until: datetime | None
    last_error: str | None


_T = SQLModel.metadata.tables["account_credit"]
_CREDIT = [_T.c[name] for name in Credit.__dataclass_fields__]


def order(tx: Tx, credit: AccountCredit) -> None:
    """In place of one that Stripe has refused; numbers go on."""
    last: int | None = tx.execute(select(_T.c.number).where(_T.c.claim == credit.claim)).scalar()
    values = credit.model_dump() | {"number": (last or 0) + 1}
    known = _T.c.claim == credit.claim
    tx.execute(insert(_T).values(values) if last is None else update(_T).where(known).values(values))


def credit_of(tx: Tx, claim: str) -> Credit | None:
    return _one(tx, select(*_CREDIT).where(_T.c.claim == claim))


def credited(tx: Tx, charge: str) -> int:
    """What was given for this charge, or is about to be."""
    given = (_T.c.charge == charge) & (_T.c.state != CreditState.REFUSED)
    return int(tx.execute(select(func.coalesce(func.sum(_T.c.amount), 0)).where(given)).scalar_one())


def credited_among(tx: Tx, charges: Collection[str]) -> frozenset[str]:
    """Those for which something was given, or is about to be."""
    given = _T.c.charge.in_(charges) & (_T.c.state != CreditState.REFUSED)
    return frozenset(tx.execute(select(_T.c.charge).where(given)).scalars())


def due(tx: Tx, *, now: datetime, limit: int) -> list[str]:
    """The claims whose credits are due, the longest due first."""
    found = select(_T.c.claim).where(_T.c.due_at <= now, _is_free(now)).order_by(_T.c.due_at, _T.c.claim)
    return list(tx.execute(found.limit(limit)).scalars())


def hold(tx: Tx, claim: str, *, until: datetime, now: datetime) -> Credit | None:
    """None while somebody else has it, or if it is not due."""
    free = (_T.c.claim == claim) & (_T.c.due_at <= now) & _is_free(now)
    row = tx.execute(
        update(_T).where(free).values(leased_until=until, tries=_T.c.tries + 1).returning(*_CREDIT)
    ).first()
    return Credit(**row._mapping) if row else None


def write(tx: Tx, held: Credit, **values: object) -> Credit | None:
    """None if it is no longer ours."""
    ours = (_T.c.claim == held.claim) & (_T.c.leased_until == held.leased_until) & (_T.c.state == CreditState.OPEN)
    row = tx.execute(update(_T).where(ours).values(values).returning(*_CREDIT)).first()
    return Credit(**row._mapping) if row else None


def _one(tx: Tx, found: Select[tuple[object, ...]]) -> Credit | None:
    row = tx.execute(found).first()
    return Credit(**row._mapping) if row else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(_T.c.leased_until.is_(None), _T.c.leased_until <= now)
