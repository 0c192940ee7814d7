"""Which charges are a user's own, and which of them a customer means by a number."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from app.db.access import Access
from app.db.charge import Charge
from app.db.checkout_session import CheckoutSession
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.invoice import Invoice
from app.db.invoice_payment import InvoicePayment
from app.db.payment_intent import PaymentIntent
from app.db.tables import table_of
from app.db.user_customers import customers_of


class OwnedCharge(NamedTuple):
    """A mirrored charge with what it paid for; `uid` is its owner."""

    charge: str
    uid: str | None
    payment_intent: str | None
    status: str | None
    captured: bool
    amount: int
    amount_refunded: int
    currency: str | None
    created: int
    receipt_number: str | None
    order_id: str | None
    invoice: str | None
    invoice_number: str | None
    billing_reason: str | None
    subscription: str | None

    @property
    def took_money(self) -> bool:
        return self.status == "succeeded" and self.captured and self.amount > 0


def charges_by_number(tx: Tx, uid: str, spellings: Collection[str]) -> list[OwnedCharge]:
    """The user's own charges that this number names, of whatever kind it is; the latest first."""
    return _own(tx, uid, _named(spellings))


def charges_named(tx: Tx, spellings: Collection[str]) -> list[OwnedCharge]:
    """Anybody's charges that this number names; the latest first."""
    return _distinct(tx.execute(_CHARGES.where(_named(spellings))))


def charges_since(tx: Tx, uid: str, *, since: int, limit: int) -> list[OwnedCharge]:
    """The user's own charges, the latest first."""
    return _own(tx, uid, _c.created >= since)[:limit]


def charge_with_owner(tx: Tx, charge: str) -> OwnedCharge | None:
    """Anybody's."""
    return charges_with_owners(tx, [charge]).get(charge)


def charges_with_owners(tx: Tx, charges: Collection[str]) -> dict[str, OwnedCharge]:
    found = _distinct(tx.execute(_CHARGES.where(_c.id.in_(charges)))) if charges else ()
    return {each.charge: each for each in found}


def charge_customer(tx: Tx, charge: str) -> str | None:
    found: str | None = tx.execute(select(_c.customer).where(_c.id == charge)).scalar()
    return found


def _named(spellings: Collection[str]) -> ColumnElement[bool]:
    capitals = {number.upper() for number in spellings}
    return or_(
        *(column.in_(spellings) for column in (_c.id, _c.payment_intent, _i.id, _pi.order_id)),
        *(func.upper(column).in_(capitals) for column in (_i.number, _c.receipt_number)),
    )


def _own(tx: Tx, uid: str, which: ColumnElement[bool]) -> list[OwnedCharge]:
    written = _c.uid == uid
    reached = or_(written, _c.customer.in_(customers_of(tx, uid)), _c.payment_intent.in_(_paid_in_checkout(uid)))
    found = tx.execute(_CHARGES.where(reached, which))
    return [charge for charge in _distinct(found) if charge.uid == uid]


def _distinct(rows: Iterable[object]) -> list[OwnedCharge]:
    """A charge that paid several invoices is listed once, with the invoice that was linked first."""
    charges: dict[str, OwnedCharge] = {}
    for row in rows:
        charge = OwnedCharge._make(row)  # type: ignore[arg-type]
        charges.setdefault(charge.charge, charge)
    return list(charges.values())


def _paid_in_checkout(uid: str) -> Select[tuple[str]]:
    return select(_session.payment_intent).where(_session.uid == uid, _session.payment_intent.is_not(None))


def _only(uid: ColumnElement[str | None], where: ColumnElement[bool]) -> ColumnElement[str | None]:
    """The one user there; of several none, since a charge must not be shown to somebody else."""
    one = case((func.min(uid) == func.max(uid), func.min(uid)))
    return select(one).where(where).correlate(table_of(Charge)).scalar_subquery()


_c, _i, _p, _pi = (table_of(model).c for model in (Charge, Invoice, InvoicePayment, PaymentIntent))
_access, _customer, _session = (table_of(model).c for model in (Access, Customer, CheckoutSession))

# Whose a charge is: the user of the subscription that it paid for, else the customer's, else the one who checked out
# with it or is written on it, and last whoever else is known to be behind that customer.
_owner = func.coalesce(
    select(_access.uid).where(_access.subscription == _i.subscription).correlate(table_of(Invoice)).scalar_subquery(),
    _only(_customer.uid, _customer.id == _c.customer),
    _only(_session.uid, _session.payment_intent == _c.payment_intent),
    _c.uid,
    _only(_access.uid, _access.customer == _c.customer),
    _only(_session.uid, _session.customer == _c.customer),
)
_paid = or_(_p.payment_intent == _c.payment_intent, _p.charge == _c.id)
_CHARGES = (
    select(
        _c.id,
        _owner,
        _c.payment_intent,
        _c.status,
        _c.captured,
        func.coalesce(_c.amount_captured, _c.amount, 0),
        func.coalesce(_c.amount_refunded, 0),
        _c.currency,
        func.coalesce(_c.created, 0),
        _c.receipt_number,
        _pi.order_id,
        _i.id,
        _i.number,
        _i.billing_reason,
        _i.subscription,
    )
    .select_from(
        table_of(Charge)
        .outerjoin(table_of(PaymentIntent), _pi.id == _c.payment_intent)
        .outerjoin(table_of(InvoicePayment), and_(_paid, _p.status != "canceled"))
        .outerjoin(table_of(Invoice), _i.id == _p.invoice)
    )
    .order_by(_c.created.desc(), _c.id, _i.created)
)
