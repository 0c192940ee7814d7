"""Tells Stripe what a user's standing means: requests beside those of customers, carried out and repeated like them."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from app.billing.cancellation_intent import Wish, place
from app.billing.cancellation_repeat import take_up
from app.billing.context import Context
from app.db import cancellation
from app.db.cancellation import OpenRequest
from app.db.engine import Tx
from app.db.standing_decision import StandingDecision
from app.db.standing_lock import share_standings
from app.db.standing_reads import StandingSubject, pauses_collection, subscriptions_not_told_of
from app.policy.access_codec import decode
from app.policy.access_subscription import OVER
from app.policy.cancellation_steps import BY_STANDING, Action, CancelResult
from app.policy.standing import Standing

ACTIONS = {Standing.SUSPENDED: Action.SUSPEND, Standing.TERMINATED: Action.TERMINATE, Standing.GOOD: Action.REINSTATE}


def place_requests(
    tx: Tx, decision: StandingDecision, subjects: Sequence[StandingSubject], *, now: datetime
) -> list[OpenRequest]:
    """What the decision asks of Stripe for each of the user's subscriptions, written down in its transaction."""
    action = ACTIONS[Standing(decision.standing)]
    placed = []
    for subject in subjects:
        if action is Action.REINSTATE and not pauses_collection(tx, subject.subscription):
            _drop(tx, subject.subscription, now=now)
        elif decode(orjson.loads(subject.facts)).subscription.status not in OVER:
            placed.append(_place(tx, action, subject.subscription, decision, now=now))
    return [request for request in placed if request]


def enforce(context: Context, requests: Sequence[OpenRequest]) -> dict[str, str]:
    """Try at once what was written down; with Stripe away the rest is left to the job."""
    outcomes = {request.subscription: str(CancelResult.RECORDED) for request in requests}
    for request in requests:
        result = take_up(context, request) or CancelResult.RECORDED
        outcomes[request.subscription] = str(result)
        if result is CancelResult.RECORDED:
            break
    return outcomes


def enforce_late(context: Context, *, limit: int = 100) -> int:
    """Write down requests for subscriptions that came after the decision about their user; gives their number."""
    with context.db.read() as tx:
        if not subscriptions_not_told_of(tx, limit=1):
            return 0
    with context.db.write() as tx:
        share_standings(tx)
        late = subscriptions_not_told_of(tx, limit=limit)
        for each in late:
            wish = Wish(
                action=ACTIONS[Standing(each.standing)],
                uid=each.uid,
                subscription=each.subscription,
                actor=each.actor,
                why=each.reason,
                decision=each.decision,
            )
            place(tx, wish, now=context.clock())
    return len(late)


def _place(
    tx: Tx, action: Action, subscription: str, decision: StandingDecision, *, now: datetime
) -> OpenRequest | None:
    wish = Wish(
        action=action,
        uid=decision.uid,
        subscription=subscription,
        actor=decision.actor,
        why=decision.reason,
        decision=decision.id,
    )
    return place(tx, wish, now=now)


def _drop(tx: Tx, subscription: str, *, now: datetime) -> None:
    """Stripe was not told of the loss of standing yet, and need not be."""
    cancellation.lock_requests_of(tx, subscription)
    if waiting := cancellation.open_request(tx, subscription, BY_STANDING):
        cancellation.supersede(tx, waiting, now=now)
