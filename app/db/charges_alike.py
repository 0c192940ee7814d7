"""Which of the recent charges may be a payment that was made before: what the mirror shows, for all payers at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, and_, exists, func, literal, or_, select, union, union_all

from app.db.access import Access
from app.db.charge import Charge
from app.db.checkout_session import CheckoutSession
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.invoice_payment import InvoicePayment
from app.db.payment_intent import PaymentIntent
from app.db.prepared import Prepared, among
from app.db.subscription import Subscription
from app.db.tables import table_of

NEAR = int(timedelta(hours=24).total_seconds())
FAR = int(timedelta(days=35).total_seconds())
"""As far apart may be what names the same invoice or order: a month's period and some days."""


class Alike(NamedTuple):
    """`customer`, `amount` and `currency` are the later one's."""

    later: str
    earlier: str
    later_at: int
    earlier_at: int
    customer: str | None
    amount: int
    currency: str | None


_C, _PI, _P, _I = (table_of(model) for model in (Charge, PaymentIntent, InvoicePayment, Invoice))
_A, _U, _S, _SUB = (table_of(model) for model in (Access, Customer, CheckoutSession, Subscription))
_L, _E = _C.alias("later"), _C.alias("earlier")


def charges_alike(tx: Tx, *, since: int) -> list[Alike]:
    """Pairs of one payer that both took money and kept it, the later one made since then; the oldest first.

    They share an invoice or an order; or they are a day apart at most, of one amount or each for a subscription, and
    not for two orders.
    """
    one, other = _PI.alias(), _PI.alias()
    siblings = _siblings(since)
    near = _L.c.created - _E.c.created <= NEAR
    apart = and_(one.c.order_id.is_not(None), other.c.order_id.is_not(None), one.c.order_id != other.c.order_id)
    same_order = one.c.order_id == other.c.order_id
    looks_same = or_(_L.c.amount == _E.c.amount, and_(_pays_subscription(_L), _pays_subscription(_E)))
    amount = func.coalesce(_L.c.amount_captured, _L.c.amount, 0)
    found = (
        select(_L.c.id, _E.c.id, _L.c.created, _E.c.created, _L.c.customer, amount, _L.c.currency)
        .join_from(_L, siblings, siblings.c.customer == _L.c.customer)
        .join(_E, _E.c.customer == siblings.c.other)
        .join(one, one.c.id == _L.c.payment_intent, isouter=True)
        .join(other, other.c.id == _E.c.payment_intent, isouter=True)
        .where(_L.c.created >= since, _has_kept_money(_L), _has_kept_money(_E), _L.c.currency == _E.c.currency)
        .where(_E.c.created >= _L.c.created - FAR)
        .where(or_(_E.c.created < _L.c.created, and_(_E.c.created == _L.c.created, _E.c.id < _L.c.id)))
        .where(or_(_share_invoice(), same_order, and_(near, looks_same, ~apart)))
        .order_by(_L.c.created, _L.c.id, _E.c.created, _E.c.id)
    )
    return [Alike._make(row) for row in tx.execute(found)]


def shown_as(tx: Tx, charges: Collection[str]) -> dict[str, str]:
    """A word for how the mirror shows each charge and all that it paid: it changes when any of that does."""
    entries: dict[str, list[str]] = defaultdict(list)
    for charge, source in _SOURCES.rows(tx, charges=sorted(charges)):
        entries[charge].append(source)
    return {name: sha256("\n".join(sorted(entries[name])).encode()).hexdigest() for name in charges}


def _siblings(since: int) -> CTE:
    """The customers with a recent charge, each with itself and with all others of the same user."""
    recent = select(_C.c.customer).where(_C.c.created >= since, _C.c.customer.is_not(None)).distinct().cte("recent")
    users = union(
        select(recent.c.customer, _U.c.uid).join(_U, _U.c.id == recent.c.customer),
        select(recent.c.customer, _A.c.uid).join(_A, _A.c.customer == recent.c.customer),
        select(recent.c.customer, _S.c.uid).join(_S, _S.c.customer == recent.c.customer),
    ).cte("users")
    return union(
        select(recent.c.customer, recent.c.customer.label("other")),
        *(
            select(users.c.customer, known).join_from(users, table, table.c.uid == users.c.uid)
            for table, known in ((_U, _U.c.id), (_A, _A.c.customer), (_S, _S.c.customer))
        ),
    ).cte("siblings")


def _has_kept_money(charge: Any) -> ColumnElement[bool]:
    """Without functions of columns: what a planner cannot estimate it joins row by row."""
    captured, refunded = charge.c.amount_captured, charge.c.amount_refunded
    took = and_(charge.c.status == "succeeded", charge.c.captured, or_(captured.is_(None), captured > 0))
    return and_(took, or_(refunded.is_(None), refunded == 0), ~charge.c.disputed)


def _share_invoice() -> ColumnElement[bool]:
    one, other = _P.alias(), _P.alias()
    same = (one.c.invoice == other.c.invoice) & (one.c.status != "canceled") & (other.c.status != "canceled")
    paid_by = (one.c.payment_intent == _L.c.payment_intent) & (other.c.payment_intent == _E.c.payment_intent)
    return exists(select(literal(1)).select_from(one).join(other, same).where(paid_by).correlate(_L, _E))


def _pays_subscription(charge: Any) -> ColumnElement[bool]:
    payment, invoice = _P.alias(), _I.alias()
    paid = select(literal(1)).select_from(payment).join(invoice, invoice.c.id == payment.c.invoice)
    billed = (payment.c.payment_intent == charge.c.payment_intent) & invoice.c.subscription.is_not(None)
    return exists(paid.where(billed).correlate(charge))


def _sources(dialect: str) -> Any:
    these = among(dialect, _C.c.id, "charges")
    linked = select(_C.c.id.label("charge")).where(these).join(_P, _P.c.payment_intent == _C.c.payment_intent)
    billed = linked.join(_I, _I.c.id == _P.c.invoice)
    return union_all(
        select(_C.c.id.label("charge"), _C.c.source).where(these),
        select(_C.c.id.label("charge"), _PI.c.source).join(_PI, _PI.c.id == _C.c.payment_intent).where(these),
        linked.add_columns(_P.c.source),
        billed.add_columns(_I.c.source),
        billed.join(_SUB, _SUB.c.id == _I.c.subscription).add_columns(_SUB.c.source),
    )


_SOURCES = Prepared(_sources)
