"""What is known of an object that may be money given back: our copy, its events, and whose it is."""

from typing import Any, NamedTuple

import orjson
from sqlalchemy import select

from app.db.access import Access
from app.db.credit_note import CreditNote
from app.db.customer import Customer
from app.db.engine import Tx
from app.db.inbox import InboxEvent
from app.db.invoice import Invoice
from app.db.tables import MIRRORED, table_of
from app.policy.event_order import FETCHED

MOST_INVOICES = 50
Json = dict[str, Any]
_E, _I, _C, _A, _N = (table_of(model) for model in (InboxEvent, Invoice, Customer, Access, CreditNote))


class Told(NamedTuple):
    """An event; `request_key` is the idempotency key of the request that caused it."""

    id: str
    type: str
    created: int
    request_key: str | None
    body: str


def events_about(tx: Tx, object_id: str) -> list[Told]:
    """The oldest first."""
    columns = (_E.c.id, _E.c.type, _E.c.created, _E.c.request_idempotency_key, _E.c.body)
    found = select(*columns).where(_E.c.object_id == object_id, _E.c.type != FETCHED)
    return [Told._make(row) for row in tx.execute(found.order_by(_E.c.created, _E.c.received_at, _E.c.id))]


def body_of(tx: Tx, kind: str, object_id: str) -> Json:
    """Our copy; where there is none, what the newest event showed."""
    if kind in MIRRORED:
        table = table_of(MIRRORED[kind])
        text = tx.execute(select(table.c.body).where(table.c.id == object_id)).scalar()
        if text is not None:
            copy: Json = orjson.loads(text)
            return copy
    told = events_about(tx, object_id)
    shown: Json = orjson.loads(told[-1].body)["data"]["object"] if told else {}
    return shown


def notes_naming(tx: Tx, refund: str, *, customer: str) -> list[Json]:
    """The customer's credit notes in which a refund's id occurs, be it in a memo; the oldest first."""
    named = (_N.c.customer == customer) & _N.c.body.contains(refund, autoescape=True)
    found = select(_N.c.body).where(named).order_by(_N.c.created, _N.c.id)
    return [orjson.loads(body) for body in tx.execute(found).scalars()]


def invoices_since(tx: Tx, subscription: str, start: int) -> list[Json]:
    """Those that may bill a change of that moment."""
    found = (
        select(_I.c.body)
        .where(_I.c.subscription == subscription, _I.c.created >= start, _I.c.status != "void", _I.c.deleted.is_(False))
        .order_by(_I.c.created)
        .limit(MOST_INVOICES)
    )
    return [orjson.loads(body) for body in tx.execute(found).scalars()]


def owner_of(tx: Tx, customer: str | None) -> str | None:
    """The user behind a customer, as far as anything tells."""
    if customer is None:
        return None
    named = tx.execute(select(_C.c.uid).where(_C.c.id == customer)).scalar()
    billed = select(_A.c.uid).where(_A.c.customer == customer, _A.c.uid.is_not(None)).order_by(_A.c.subscription)
    return named or tx.execute(billed.limit(1)).scalar()
