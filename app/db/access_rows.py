"""Reading what access is projected from, and writing the projection."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, insert, or_, select

from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.checkout_session import CheckoutSession
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.json_rows import appending, as_rows
from app.db.prepared import Prepared, PreparedRows, among
from app.db.standing import UserStanding
from app.db.subscription import Subscription
from app.db.subscription_standing import SubscriptionStanding
from app.db.tables import table_of
from app.db.test_clock import TestClock

_S, _C, _K, _I = table_of(Subscription), table_of(Customer), table_of(CheckoutSession), table_of(Invoice)
_A, _ST, _T, _J = table_of(Access), table_of(UserStanding), table_of(TestClock), table_of(AccessTransition)
_SS = table_of(SubscriptionStanding)

_uid = func.coalesce(_S.c.uid, _C.c.uid, _K.c.uid)
_subjects = (
    select(
        _S.c.id,
        _S.c.body,
        _S.c.customer,
        _S.c.test_clock,
        _uid.label("uid"),
        _T.c.frozen_time,
        _ST.c.standing,
        _ST.c.decided_at,
        _SS.c.decided_at.label("decided_here_at"),
        _SS.c.forfeited_until,
        _SS.c.at_stake_until,
        _A.c.uid.label("old_uid"),
        _A.c.facts.label("old_facts"),
        _A.c.journalled_to,
    )
    .join_from(_S, _C, _C.c.id == _S.c.customer, isouter=True)
    .join(_K, _K.c.subscription == _S.c.id, isouter=True)
    .join(_ST, _ST.c.uid == _uid, isouter=True)
    .join(_SS, and_(_SS.c.subscription == _S.c.id, _SS.c.uid == _uid), isouter=True)
    .join(_T, _T.c.id == _S.c.test_clock, isouter=True)
    .join(_A, _A.c.subscription == _S.c.id, isouter=True)
    .order_by(_S.c.id, _K.c.id.desc())
)
_SUBJECTS = Prepared(lambda dialect: _subjects.where(among(dialect, _S.c.id, "subscriptions")))
# Paid periods before the current one say nothing about access; unpaid ones do (dunning).
_invoices = (
    select(_I.c.subscription, _I.c.body, _I.c.payment_processing, _I.c.money_gone)
    .join_from(_I, _S, _S.c.id == _I.c.subscription)
    .where(
        _I.c.deleted.is_(False),
        or_(_I.c.serves_until >= _S.c.serves_from, _I.c.status != "paid", _I.c.money_gone),
    )
)
_INVOICES = Prepared(lambda dialect: _invoices.where(among(dialect, _I.c.subscription, "subscriptions")))
_OF_CUSTOMERS = Prepared(lambda dialect: select(_S.c.id).where(among(dialect, _S.c.customer, "customers")))
_WRITE = PreparedRows(_A, _A.c.keys())
_APPEND = Prepared(
    lambda _: insert(_J).values({column.name: bindparam(column.name) for column in _J.c if not column.primary_key})
)
_APPEND_MANY = appending(_J)
FEW = 8  # rows, which cost less one by one


class Subject(NamedTuple):
    """A mirrored subscription with its owner, clock, standing and the projection so far."""

    subscription: str
    body: str
    customer: str | None
    test_clock: str | None
    uid: str | None
    frozen_time: int | None
    standing: str | None
    decided_at: datetime | None
    decided_here_at: int | None
    forfeited_until: int | None
    at_stake_until: int | None
    old_uid: str | None
    old_facts: str | None
    journalled_to: int | None


class BillingInvoice(NamedTuple):
    subscription: str
    body: str
    payment_processing: bool | None
    money_gone: bool | None


def ask_subjects(tx: Tx, subscriptions: Collection[str]) -> Callable[[], list[Subject]]:
    """One row per mirrored subscription; of several Checkout sessions the first that is named counts."""
    answer = _SUBJECTS.ask(tx, subscriptions=list(subscriptions))
    return lambda: list({row[0]: Subject._make(row) for row in answer.rows()}.values())


def ask_invoices(tx: Tx, subscriptions: Collection[str]) -> Callable[[], list[BillingInvoice]]:
    answer = _INVOICES.ask(tx, subscriptions=list(subscriptions))
    return lambda: [BillingInvoice._make(row) for row in answer.rows()]


def ask_subscriptions_of_customers(tx: Tx, customers: Collection[str]) -> Callable[[], set[str]]:
    answer = _OF_CUSTOMERS.ask(tx, customers=list(customers))
    return lambda: {row[0] for row in answer.rows()}


def write_access(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    _WRITE.run(tx, rows)


def append_transitions(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    if tx.dialect.name == "postgresql" and len(rows) > FEW:
        _APPEND_MANY.ask(tx, rows=as_rows(rows))
    else:
        _APPEND.run(tx, rows)
