"""What the checks of our own promises read."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, func, literal, or_, select

from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.alarm import Alarm
from app.db.cancellation import CancellationRequest, RequestState
from app.db.claim import Claim
from app.db.engine import Tx
from app.db.money_sighting import MoneySighting
from app.db.refund import Refund
from app.db.refund_decision import StoredDecision
from app.db.refund_exception import RefundException
from app.db.settlement_attempt import SettlementAttempt
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.policy.claim_states import ClaimState

_R, _S, _A, _J = table_of(CancellationRequest), table_of(Subscription), table_of(Access), table_of(AccessTransition)

_CL, _D = table_of(Claim), table_of(StoredDecision)
_RE, _AT, _EX = table_of(Refund), table_of(SettlementAttempt), table_of(RefundException)
_AL, _SI = table_of(Alarm), table_of(MoneySighting)
_PROMISED = (ClaimState.APPROVED, ClaimState.SETTLING, ClaimState.REOPENED)


class Cancellation(NamedTuple):
    id: str
    subscription: str
    requested_at: datetime
    body: str | None


def last_requests_done(tx: Tx, action: str) -> list[Cancellation]:
    """Finished requests after which nothing else was asked for their subscription, with what the mirror shows of it."""
    other = _R.alias("other")
    newest = select(func.max(other.c.requested_at)).where(other.c.subscription == _R.c.subscription).scalar_subquery()
    query = (
        select(_R.c.id, _R.c.subscription, _R.c.requested_at, _S.c.body)
        .join_from(_R, _S, _S.c.id == _R.c.subscription)
        .where(_R.c.action == action, _R.c.state == RequestState.DONE, _R.c.requested_at == newest)
        .order_by(_R.c.id)
    )
    return [Cancellation._make(row) for row in tx.execute(query)]


def requests_waiting(tx: Tx, *, since_before: datetime) -> list[Cancellation]:
    query = (
        select(_R.c.id, _R.c.subscription, _R.c.requested_at, _S.c.body)
        .join_from(_R, _S, _S.c.id == _R.c.subscription, isouter=True)
        .where(_R.c.state == RequestState.RECORDED, _R.c.requested_at < since_before)
        .order_by(_R.c.id)
    )
    return [Cancellation._make(row) for row in tx.execute(query)]


class Approved(NamedTuple):
    claim: str
    state: str
    charge: str | None
    decided_at: datetime


def approved_and_unpaid(tx: Tx, *, decided_before: datetime) -> list[Approved]:
    """Claims whose refund was promised before that instant and has not come about."""
    query = (
        select(_CL.c.id.label("claim"), _CL.c.state, _CL.c.charge, _D.c.decided_at)
        .join_from(_CL, _D, _D.c.id == _CL.c.decision)
        .where(_CL.c.state.in_(_PROMISED), _D.c.decided_at < decided_before)
        .order_by(_CL.c.id)
    )
    return [Approved._make(row) for row in tx.execute(query)]


class Undecided(NamedTuple):
    refund: str
    charge: str | None
    amount: int | None
    currency: str | None


def refunds_nobody_answers_for(tx: Tx, *, since: int, until: int) -> list[Undecided]:
    """Refunds made between these epoch seconds that are neither ours, nor allowed by an operator, nor alarmed."""
    matter = literal("refund:") + _RE.c.id
    explained = (
        select(_AT.c.key).where(_AT.c.stripe_id == _RE.c.id),
        select(_EX.c.id).where(_EX.c.refund == _RE.c.id),
        select(_AL.c.number).where(or_(_AL.c.matter == matter, _AL.c.facts.contains(_RE.c.id))),
        select(_SI.c.matter).where(_SI.c.matter == matter),
    )
    query = (
        select(_RE.c.id.label("refund"), _RE.c.charge, _RE.c.amount, _RE.c.currency)
        .where(_RE.c.created >= since, _RE.c.created < until, _RE.c.deleted.is_(False))
        .where(*(~exists(each) for each in explained))
        .order_by(_RE.c.id)
    )
    return [Undecided._make(row) for row in tx.execute(query)]


def subscriptions_after(tx: Tx, last: str, *, limit: int) -> list[str]:
    return list(tx.execute(select(_S.c.id).where(_S.c.id > last).order_by(_S.c.id).limit(limit)).scalars())


def last_told(tx: Tx, subscriptions: list[str]) -> dict[str, str]:
    """The facts of each subscription's last line in the journal."""
    last = select(func.max(_J.c.id)).where(_J.c.subscription.in_(subscriptions)).group_by(_J.c.subscription)
    return {
        row.subscription: row.facts
        for row in tx.execute(select(_J.c.subscription, _J.c.facts).where(_J.c.id.in_(last)))
    }
