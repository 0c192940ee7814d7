"""Which invoices the payments, refunds and disputes speak of: joins over mirrored rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select, union, update

from app.db.charge import Charge
from app.db.dispute import Dispute
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.invoice_payment import InvoicePayment
from app.db.payment_intent import PaymentIntent
from app.db.prepared import Prepared, among
from app.db.refund import Refund
from app.db.tables import table_of

_I, _P, _PI = table_of(Invoice), table_of(InvoicePayment), table_of(PaymentIntent)
_C, _R, _D = table_of(Charge), table_of(Refund), table_of(Dispute)

PAYMENT_KINDS = ("payment_intent", "charge", "refund", "dispute")


class PaymentOfInvoice(NamedTuple):
    """A mirrored invoice with its marks, and one of its payments with what became of the money, in minor units."""

    invoice: str
    subscription: str | None
    payment_processing: bool | None
    money_gone: bool | None
    intent_status: str | None
    charge: str | None
    captured: int
    refunded: int
    disputes_lost: int


def ask_invoices_touched(tx: Tx, ids: Mapping[str, Iterable[str]]) -> Callable[[], set[str]]:
    """The invoices that these payment intents, charges, refunds and disputes belong to, once the trip is over."""
    answer = _TOUCHED.ask(tx, **{kind: list(ids.get(kind, ())) for kind in PAYMENT_KINDS})
    return lambda: {row[0] for row in answer.rows()}


def ask_payments(tx: Tx, invoices: Iterable[str]) -> Callable[[], list[PaymentOfInvoice]]:
    """The payments of these invoices, at least one row for each that is mirrored; failed charges are left out."""
    answer = _PAYMENTS.ask(tx, invoices=list(invoices))
    return lambda: [PaymentOfInvoice._make(row) for row in answer.rows()]


def _touched(dialect: str) -> Any:
    """A branch for each kind, so that each starts at an index."""
    paid = select(_P.c.invoice).where(_P.c.invoice.is_not(None))
    charged = paid.join(_C, _C.c.payment_intent == _P.c.payment_intent)
    return union(
        paid.where(among(dialect, _P.c.payment_intent, "payment_intent")),
        charged.where(among(dialect, _C.c.id, "charge")),
        charged.join(_R, _R.c.charge == _C.c.id).where(among(dialect, _R.c.id, "refund")),
        charged.join(_D, _D.c.charge == _C.c.id).where(among(dialect, _D.c.id, "dispute")),
    )


def _payments(dialect: str) -> Select[Any]:
    refunded = _of_charge(func.coalesce(func.sum(_R.c.amount), 0), _R.c.charge, _R.c.status == "succeeded")
    lost = _of_charge(func.count(), _D.c.charge, _D.c.status == "lost")
    paid_by = or_(_C.c.payment_intent == _P.c.payment_intent, _C.c.id == _P.c.charge)
    return (
        select(
            _I.c.id,
            _I.c.subscription,
            _I.c.payment_processing,
            _I.c.money_gone,
            _PI.c.status,
            _C.c.id,
            func.coalesce(_C.c.amount_captured, 0),
            refunded,
            lost,
        )
        .join_from(_I, _P, (_P.c.invoice == _I.c.id) & (_P.c.status != "canceled"), isouter=True)
        .join(_PI, _PI.c.id == _P.c.payment_intent, isouter=True)
        .join(_C, paid_by & (_C.c.status == "succeeded"), isouter=True)
        .where(among(dialect, _I.c.id, "invoices"))
    )


def mark_invoices(tx: Tx, marks: Mapping[str, tuple[bool, bool]]) -> None:
    """Write `payment_processing` and `money_gone` of invoices that are mirrored."""
    tx.execute(
        update(_I)
        .where(_I.c.id == bindparam("invoice"))
        .values(payment_processing=bindparam("processing"), money_gone=bindparam("gone")),
        [{"invoice": invoice, "processing": mark[0], "gone": mark[1]} for invoice, mark in sorted(marks.items())],
    )


def _of_charge(what: Any, charge: Any, where: Any) -> Any:
    return select(what).where(charge == _C.c.id, where).correlate(_C).scalar_subquery()


_TOUCHED = Prepared(_touched)
_PAYMENTS = Prepared(_payments)
