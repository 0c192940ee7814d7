"""Checks of what we promise, each a plain function that returns what it found; an empty list is good news."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from app.billing.access_projection import facts_by_the_mirror
from app.billing.context import Context
from app.db import promise_reads
from app.policy.access_codec import encode
from app.policy.access_from_stripe import subscription_facts
from app.policy.cancellation_steps import Action

AT_ONCE = 500
LONG = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    promise: str
    about: str
    what: str


def broken_promises(context: Context) -> list[Finding]:
    """Every check, one after the other."""
    return [finding for check in CHECKS for finding in check(context)]


def cancellations_are_at_stripe(context: Context) -> list[Finding]:
    """What a customer was told is canceled will end; what waits for Stripe does not wait long."""
    with context.db.read() as tx:
        done = promise_reads.last_requests_done(tx, Action.CANCEL)
        waiting = promise_reads.requests_waiting(tx, since_before=context.clock() - LONG)
    renewing = [each for each in done if each.body and not _will_end(orjson.loads(each.body))]
    return [
        *(_cancellation(each.id, f"{each.subscription} goes on at Stripe") for each in renewing),
        *(_cancellation(each.id, f"{each.subscription} waits since {each.requested_at:%F %T}") for each in waiting),
    ]


def access_follows_from_the_mirror(context: Context) -> list[Finding]:
    """Computed anew from the mirror, the facts behind every answer are those that are kept, and those last told."""
    return list(_unlike_the_mirror(context))


def approved_claims_are_refunded(context: Context) -> list[Finding]:
    """Who was told that a payment goes back gets it soon."""
    with context.db.read() as tx:
        late = promise_reads.approved_and_unpaid(tx, decided_before=context.clock() - LONG)
    return [
        Finding(
            promise="approved claims are refunded",
            about=each.claim,
            what=f"{each.charge} is not refunded ({each.state}) since {each.decided_at:%F %T}",
        )
        for each in late
    ]


CHECKS: tuple[Callable[[Context], list[Finding]], ...] = (
    approved_claims_are_refunded,
    cancellations_are_at_stripe,
    access_follows_from_the_mirror,
)


def _unlike_the_mirror(context: Context) -> Iterator[Finding]:
    last = ""
    while True:
        with context.db.read() as tx:
            names = promise_reads.subscriptions_after(tx, last, limit=AT_ONCE)
            subjects = list(facts_by_the_mirror(tx, names)) if names else []
            told = promise_reads.last_told(tx, names) if names else {}
        if not names:
            return
        for subject, facts in subjects:
            kept = subject.old_facts
            if kept != orjson.dumps(encode(facts)).decode():
                yield _access(subject.subscription, "the answer rests on other facts than the mirror has")
            elif subject.subscription in told and told[subject.subscription] != kept:
                yield _access(subject.subscription, "the journal's last line tells other facts")
        last = names[-1]


def _will_end(body: dict[str, Any]) -> bool:
    facts = subscription_facts(body)
    return facts.cancel_at_period_end or facts.cancel_at is not None or facts.ended_at is not None


def _cancellation(request: str, what: str) -> Finding:
    return Finding(promise="cancellations are at Stripe", about=request, what=what)


def _access(subscription: str, what: str) -> Finding:
    return Finding(promise="access follows from the mirror", about=subscription, what=what)
