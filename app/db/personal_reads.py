"""Which rows are about one user: of our copy, of the log, and of our own records."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, false, or_, select
from sqlmodel import SQLModel

from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.account_credit import AccountCredit
from app.db.account_session import AccountSession
from app.db.alarm import Alarm
from app.db.cancellation import CancellationRequest
from app.db.charge_pair import ChargePair
from app.db.claim import Claim
from app.db.claim_journal import ClaimEvent
from app.db.delivery import Delivery
from app.db.engine import Tx
from app.db.erasure import Erasure
from app.db.evidence import Evidence
from app.db.inbox import InboxEvent
from app.db.refund_decision import StoredDecision
from app.db.refund_exception import RefundException
from app.db.settlement import Settlement
from app.db.settlement_attempt import SettlementAttempt
from app.db.standing import UserStanding
from app.db.standing_decision import StandingDecision
from app.db.subscription_standing import SubscriptionStanding
from app.db.tables import MIRRORED, table_of
from app.db.user_customers import customers_of

Row = dict[str, Any]
BY_UID: tuple[type[SQLModel], ...] = (
    Access,
    AccessTransition,
    AccountSession,
    Alarm,
    CancellationRequest,
    ChargePair,
    Claim,
    Delivery,
    Erasure,
    Evidence,
    StandingDecision,
    SubscriptionStanding,
    UserStanding,
)
BY_CLAIM: tuple[type[SQLModel], ...] = (AccountCredit, ClaimEvent, Settlement, SettlementAttempt, StoredDecision)
LINKS = ("customer", "subscription", "invoice", "payment_intent", "charge")
UNTOLD = ("content", "token_hash")
_E, _A, _C, _X = (table_of(model) for model in (InboxEvent, Access, Claim, RefundException))


class Held(NamedTuple):
    """The ids of the user's objects at Stripe by kind, and of their claims."""

    objects: dict[str, set[str]]
    claims: list[str]


def held_about(tx: Tx, uid: str) -> Held:
    """Whatever leads to one of the user's objects is theirs, unless it says that it is another user's."""
    subscriptions = set(tx.execute(select(_A.c.subscription).where(_A.c.uid == uid)).scalars())
    known: dict[str, set[str]] = {kind: set() for kind in MIRRORED}
    known["subscription"] |= subscriptions
    known["customer"] |= _not_of_others(tx, uid, customers_of(tx, uid))
    grown = True
    while grown:
        before = {kind: len(ids) for kind, ids in known.items()}
        for kind in MIRRORED:
            known[kind] |= _leading_there(tx, kind, uid, known)
        grown = before != {kind: len(ids) for kind, ids in known.items()}
    claims = tx.execute(select(_C.c.id).where(_C.c.uid == uid).order_by(_C.c.filed_at, _C.c.id))
    return Held(objects={kind: ids for kind, ids in known.items() if ids}, claims=list(claims.scalars()))


def copies(tx: Tx, kind: str, ids: Iterable[str]) -> list[Row]:
    table = table_of(MIRRORED[kind])
    return _rows(tx, table, table.c.id.in_(sorted(ids)))


def log_about(tx: Tx, held: Held) -> list[Row]:
    """The log of the user's objects, and whatever else in it names one of their customers."""
    ids = sorted({each for several in held.objects.values() for each in several})
    named = [_E.c.body.contains(f'"{customer}"', autoescape=True) for customer in held.objects.get("customer", ())]
    return _rows(tx, _E, or_(_E.c.object_id.in_(ids), *named))


def own_records(tx: Tx, uid: str, held: Held) -> dict[str, list[Row]]:
    """By table; evidence without its content, links without what opens them."""
    found = {str(table.name): _rows(tx, table, table.c.uid == uid) for table in map(table_of, BY_UID)}
    found |= {str(table.name): _rows(tx, table, table.c.claim.in_(held.claims)) for table in map(table_of, BY_CLAIM)}
    charges, intents = (sorted(held.objects.get(kind, ())) for kind in ("charge", "payment_intent"))
    about = or_(_X.c.charge.in_(charges), _X.c.payment_intent.in_(intents))
    return found | {str(_X.name): _rows(tx, _X, about)}


def names_to_lock(tx: Tx, held: Held) -> set[str]:
    """Whoever writes one of the user's objects holds one of these: the customer's, or the object's own without one."""
    customers = held.objects.get("customer", set())
    return customers.union(*(_without_customer(tx, kind, ids, customers) for kind, ids in held.objects.items()))


def _leading_there(tx: Tx, kind: str, uid: str, known: dict[str, set[str]]) -> set[str]:
    table = table_of(MIRRORED[kind])
    leads = [table.c[link].in_(sorted(known[link])) for link in LINKS if link in table.c and known[link]]
    own = "uid" in table.c
    theirs = or_(*leads, table.c.uid == uid) if own else or_(false(), *leads)
    found = select(table.c.id).where(theirs)
    if own:
        found = found.where(or_(table.c.uid.is_(None), table.c.uid == uid))
    return set(tx.execute(found).scalars())


def _without_customer(tx: Tx, kind: str, ids: set[str], customers: set[str]) -> set[str]:
    table = table_of(MIRRORED[kind])
    if "customer" not in table.c:
        return ids
    named = select(table.c.id).where(table.c.id.in_(sorted(ids)), table.c.customer.in_(sorted(customers)))
    return ids - set(tx.execute(named).scalars())


def _not_of_others(tx: Tx, uid: str, customers: Iterable[str]) -> set[str]:
    table = table_of(MIRRORED["customer"])
    others = select(table.c.id).where(table.c.id.in_(list(customers)), table.c.uid != uid)
    return set(customers) - set(tx.execute(others).scalars())


def _rows(tx: Tx, table: Table, which: ColumnElement[bool]) -> list[Row]:
    columns = [column for column in table.c if column.name not in UNTOLD]
    found = tx.execute(select(*columns).where(which).order_by(*table.primary_key.columns))
    return [dict(row._mapping) for row in found]
