"""Reading the rows that access is answered from."""

from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.engine import Tx
from app.db.prepared import Prepared
from app.db.tables import table_of
from app.db.test_clock import TestClock

_A, _T, _J = table_of(Access), table_of(TestClock), table_of(AccessTransition)

# Neither joined with the few test clocks there are nor sorted: hardly any answer needs either, and each costs a tenth.
_OF_USER = Prepared(
    lambda _: select(_A.c.facts, _A.c.answers, _A.c.test_clock, _A.c.subscription).where(_A.c.uid == bindparam("uid"))
)
_FROZEN = Prepared(lambda _: select(_T.c.frozen_time).where(_T.c.id == bindparam("clock")))
_told = select(
    _J.c.subscription, _J.c.product, _J.c.transition, _J.c.happened_at, _J.c.recorded_at, _J.c.cause, _J.c.facts
).order_by(_J.c.recorded_at, _J.c.id)


class AccessRow(NamedTuple):
    """The facts of one subscription as JSON text; `frozen_time` is the now of one on a test clock."""

    facts: str
    answers: str | None
    frozen_time: int | None


class Told(NamedTuple):
    """One line of the journal."""

    subscription: str
    product: str
    transition: str
    happened_at: int
    recorded_at: datetime
    cause: str
    facts: str


def rows_of(tx: Tx, uid: str) -> list[AccessRow]:
    """In the order of the subscriptions' ids."""
    found = _OF_USER.rows(tx, uid=uid)
    if len(found) > 1:
        found.sort(key=itemgetter(3))
    return [AccessRow(facts, answers, _frozen_time(tx, clock) if clock else None) for facts, answers, clock, _ in found]


def _frozen_time(tx: Tx, clock: str) -> int | None:
    row = next(iter(_FROZEN.rows(tx, clock=clock)), None)
    return row[0] if row else None


def journal_of(tx: Tx, uid: str) -> list[Told]:
    """Everything that was told about the user's access, in the order in which we learned it."""
    return [Told._make(row) for row in tx.execute(_told.where(_J.c.uid == uid))]
