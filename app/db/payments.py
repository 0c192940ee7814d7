"""Which invoices the payments, refunds and disputes speak of: joins over mirrored rows."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, update

from app.db.charge import Charge
from app.db.dispute import Dispute
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.invoice_payment import InvoicePayment
from app.db.payment_intent import PaymentIntent
from app.db.refund import Refund
from app.db.tables import table_of

_I, _P, _PI = table_of(Invoice), table_of(InvoicePayment), table_of(PaymentIntent)
_C, _R, _D = table_of(Charge), table_of(Refund), table_of(Dispute)


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


def invoices_touched(tx: Tx, ids: Mapping[str, Iterable[str]]) -> set[str]:
    """The invoices that these payment intents, charges, refunds and disputes belong to."""
    by_intent = [
        select(_C.c.payment_intent).where(_C.c.id.in_(bindparam("charge", expanding=True))),
        select(_C.c.payment_intent)
        .join(_R, _R.c.charge == _C.c.id)
        .where(_R.c.id.in_(bindparam("refund", expanding=True))),
        select(_C.c.payment_intent)
        .join(_D, _D.c.charge == _C.c.id)
        .where(_D.c.id.in_(bindparam("dispute", expanding=True))),
    ]
    touched = select(_P.c.invoice).where(
        or_(
            _P.c.payment_intent.in_(bindparam("payment_intent", expanding=True)),
            *(_P.c.payment_intent.in_(intents) for intents in by_intent),
        ),
        _P.c.invoice.is_not(None),
    )
    kinds = ("payment_intent", "charge", "refund", "dispute")
    return set(tx.execute(touched, {kind: list(ids.get(kind, ())) for kind in kinds}).scalars())


def payments_of(tx: Tx, invoices: Iterable[str]) -> list[PaymentOfInvoice]:
    """The payments of these invoices, at least one row for each that is mirrored; failed charges are left out."""
    refunded = _of_charge(func.coalesce(func.sum(_R.c.amount), 0), _R.c.charge, _R.c.status == "succeeded")
    lost = _of_charge(func.count(), _D.c.charge, _D.c.status == "lost")
    paid_by = or_(_C.c.payment_intent == _P.c.payment_intent, _C.c.id == _P.c.charge)
    found = tx.execute(
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
        .where(_I.c.id.in_(list(invoices)))
    )
    return [PaymentOfInvoice(*row) for row in found]


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
