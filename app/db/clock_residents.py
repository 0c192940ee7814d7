"""What lives on test clocks: Stripe leaves it out of its lists unless asked by clock or customer."""

from typing import Any

from sqlalchemy import Select, Table, select

from app.db.charge import Charge
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.tables import table_of
from app.db.test_clock import TestClock

_K, _C, _I, _H = table_of(TestClock), table_of(Customer), table_of(Invoice), table_of(Charge)
_on_clocks = select(_C.c.id).where(_C.c.test_clock.is_not(None))


def clocks(tx: Tx) -> list[str]:
    return _ids(tx, select(_K.c.id).where(_K.c.deleted.is_(False)).order_by(_K.c.id))


def customers(tx: Tx) -> list[str]:
    return _ids(tx, _on_clocks.where(_C.c.deleted.is_(False)).order_by(_C.c.id))


def invoices(tx: Tx) -> list[str]:
    return _ids(tx, _of_customers(_I))


def charges(tx: Tx) -> list[str]:
    return _ids(tx, _of_customers(_H))


def _of_customers(table: Table) -> Select[Any]:
    return select(table.c.id).where(table.c.customer.in_(_on_clocks)).order_by(table.c.id)


def _ids(tx: Tx, query: Select[Any]) -> list[str]:
    return list(tx.execute(query).scalars())
