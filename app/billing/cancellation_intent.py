"""Writes down what a customer wants before Stripe is called, and finds what needs no call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import orjson

from app.billing.cancellation_outcome import CancelOutcome, found, recorded
from app.billing.context import Context
from app.db import cancellation
from app.db.cancellation import CancellationRequest, HeldRequest, OpenRequest, RequestState
from app.db.cancellation_scene import Scene, scene
from app.db.engine import Tx
from app.db.mirrored import Body
from app.db.standing import standing_of
from app.db.standing_lock import share_standings
from app.policy.cancellation import next_step
from app.policy.cancellation_facts import CancellationFacts, cancellation_facts
from app.policy.cancellation_steps import BY_CUSTOMER, BY_STANDING, Action, CancelResult
from app.policy.instants import from_epoch
from app.policy.standing import Standing

MOST_RESUMED_A_DAY = 20
"""Of one user. Ending is never refused, and does nothing to what ends already: bounding one bounds both."""

LEASE = timedelta(minutes=5)
"""Longer than one call with its time-outs and retries; prolonged before each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Who wants what."""

    action: Action
    uid: str
    subscription: str
    actor: str
    why: str | None = None
    decision: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """`held` is the request to carry out now, starting from `body` if the mirror can be trusted for that; without it
    `outcome` is the answer."""

    outcome: CancelOutcome
    held: HeldRequest | None = None
    body: Body | None = None


def intend(context: Context, wish: Wish) -> Intent:
    """Commit the request; one that waits already is taken up again, the opposite one is superseded."""
    with context.db.write() as tx:
        share_standings(tx)  # before the lock that a decision about the standing takes after holding them
        # What a request that just ended did is in the mirror by then: a second click finds it there.
        cancellation.lock_requests_of(tx, wish.subscription)
        seen = scene(tx, wish.subscription)
        if seen is None or seen.uid is None or seen.uid != wish.uid:
            return Intent(outcome=CancelOutcome(result=CancelResult.NOT_YOURS))
        if wish.action is Action.RESUME and (why_not := _why_not_resume(tx, wish.uid, now=context.clock())):
            return Intent(outcome=CancelOutcome(result=why_not))
        return _intend(tx, wish, seen, now=context.clock())


def place(tx: Tx, wish: Wish, *, now: datetime) -> OpenRequest | None:
    """Write the request down in the transaction of whoever decided it; None if the mirror has no such subscription."""
    cancellation.lock_requests_of(tx, wish.subscription)
    seen = scene(tx, wish.subscription)
    return _request(tx, wish, _facts(seen, now), _waiting(tx, wish), now) if seen else None


def claim(tx: Tx, request_id: str, subscription: str, *, now: datetime) -> HeldRequest | None:
    """Make a request ours, unless somebody works on the subscription's end."""
    cancellation.lock_requests_of(tx, subscription)
    return cancellation.claim(tx, request_id, subscription, lease=uuid4().hex, until=now + LEASE, now=now)


def _why_not_resume(tx: Tx, uid: str, *, now: datetime) -> CancelResult | None:
    if standing_of(tx, uid) is not Standing.GOOD:
        return CancelResult.NOT_IN_GOOD_STANDING
    today = cancellation.requested_since(tx, uid, Action.RESUME, now - timedelta(days=1))
    return CancelResult.TOO_OFTEN if today >= MOST_RESUMED_A_DAY else None


def _intend(tx: Tx, wish: Wish, seen: Scene, *, now: datetime) -> Intent:
    facts, waiting = _facts(seen, now), _waiting(tx, wish)
    fresh = waiting is None and seen.trusted
    if fresh and isinstance(result := next_step(wish.action, facts), CancelResult):
        return Intent(outcome=found(result, facts))
    request = _request(tx, wish, facts, waiting, now)
    held = claim(tx, request.id, wish.subscription, now=now)
    return Intent(outcome=recorded(request), held=held, body=orjson.loads(seen.body) if fresh else None)


def _facts(seen: Scene, now: datetime) -> CancellationFacts:
    here = now if seen.frozen_time is None else from_epoch(seen.frozen_time)
    return cancellation_facts(orjson.loads(seen.body), now=here, asked_at=here, found_period_end=None)


def _waiting(tx: Tx, wish: Wish) -> OpenRequest | None:
    """Of the same side: a customer's wish does not supersede a decision about their standing, nor the reverse."""
    side = BY_CUSTOMER if wish.action in BY_CUSTOMER else BY_STANDING
    return cancellation.open_request(tx, wish.subscription, side)


def _request(tx: Tx, wish: Wish, facts: CancellationFacts, waiting: OpenRequest | None, now: datetime) -> OpenRequest:
    if waiting and waiting.action == wish.action:
        return waiting
    if waiting:
        cancellation.supersede(tx, waiting, now=now)
    return cancellation.record(tx, _row(wish, facts, now))


def _row(wish: Wish, facts: CancellationFacts, now: datetime) -> CancellationRequest:
    end = facts.cycle_end
    return CancellationRequest(
        id=f"{wish.action}_{uuid4().hex}",
        subscription=wish.subscription,
        uid=wish.uid,
        action=wish.action,
        actor=wish.actor,
        why=wish.why,
        decision=wish.decision,
        period_end=None if end is None else int(end.timestamp()),
        asked_at=int(facts.asked_at.timestamp()),
        requested_at=now,
        state=RequestState.RECORDED,
        due_at=now,
    )
