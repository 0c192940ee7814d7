"""What a decision about a standing concerns: the user's subscriptions, and what Stripe has to be told about them."""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, select

from app.db.access import Access
from app.db.cancellation import CancellationRequest, RequestState
from app.db.engine import Tx
from app.db.standing import UserStanding
from app.db.subscription import Subscription
from app.db.subscription_standing import SubscriptionStanding
from app.db.tables import table_of
from app.db.test_clock import TestClock
from app.policy.access_subscription import OVER
from app.policy.cancellation_steps import BY_STANDING, Action, CancelResult
from app.policy.standing import Standing


class StandingSubject(NamedTuple):
    """A subscription of the user, its test clock and its time, and what earlier decisions meant for it."""

    subscription: str
    facts: str
    test_clock: str | None
    frozen_time: int | None
    decided_at: int | None
    forfeited_until: int | None
    at_stake_until: int | None


class Late(NamedTuple):
    """A subscription that Stripe goes on to collect for although its user is not in good standing."""

    subscription: str
    uid: str
    standing: str
    decision: str
    actor: str
    reason: str


def subjects_of(tx: Tx, uid: str) -> list[StandingSubject]:
    return [StandingSubject._make(row) for row in tx.execute(_SUBJECTS, {"uid": uid})]


def subscriptions_not_told_of(tx: Tx, *, limit: int) -> list[Late]:
    """Those that came, or became the user's, after the decision was made."""
    return [Late._make(row) for row in tx.execute(_LATE.limit(limit))]


def pauses_collection(tx: Tx, subscription: str) -> bool:
    """Whether we paused its collection, or may have begun to, and did not resume it since."""
    newest = (
        select(_R.c.action, _R.c.outcome)
        .where(_R.c.subscription == subscription, _R.c.action.in_(BY_STANDING), _R.c.attempts > 0)
        .order_by(_R.c.requested_at.desc())
    )
    for action, outcome in tx.execute(newest):
        if action == Action.REINSTATE and outcome is not None:
            return False
        if action == Action.SUSPEND and outcome in (None, CancelResult.COLLECTION_PAUSED):
            return True
    return False


_A, _S, _T, _R = (table_of(model) for model in (Access, Subscription, TestClock, CancellationRequest))
_ST, _SS = table_of(UserStanding), table_of(SubscriptionStanding)
_SUBJECTS = (
    select(
        _A.c.subscription,
        _A.c.facts,
        _A.c.test_clock,
        _T.c.frozen_time,
        _SS.c.decided_at,
        _SS.c.forfeited_until,
        _SS.c.at_stake_until,
    )
    .join_from(_A, _T, _T.c.id == _A.c.test_clock, isouter=True)
    .join(_SS, and_(_SS.c.subscription == _A.c.subscription, _SS.c.uid == _A.c.uid), isouter=True)
    .where(_A.c.uid == bindparam("uid"))
    .order_by(_A.c.subscription)
)
_told = exists().where(
    _R.c.subscription == _A.c.subscription,
    _R.c.action.in_(BY_STANDING),
    (_R.c.decision == _ST.c.decision) | (_R.c.state == RequestState.RECORDED),
)
# Said again, so that SQLite goes by the few who lost it and does not read every subscription.
_lost = select(_ST.c.uid).where(_ST.c.standing != Standing.GOOD)
_LATE = (
    select(_A.c.subscription, _ST.c.uid, _ST.c.standing, _ST.c.decision, _ST.c.actor, _ST.c.reason)
    .join_from(_ST, _A, _A.c.uid == _ST.c.uid)
    .join(_S, _S.c.id == _A.c.subscription)
    .where(_A.c.uid.in_(_lost), _ST.c.standing != Standing.GOOD, _S.c.status.not_in(OVER), ~_told)
    .order_by(_A.c.subscription)
)
