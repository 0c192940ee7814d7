"""Checks of what we promise, each a plain function that returns what it found; an empty list is good news."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from prometheus_client import Gauge

from app.alarms import alarm
from app.billing.access_projection import facts_by_the_mirror
from app.billing.context import Context
from app.db import promise_reads, sweep_cursor
from app.policy.access_codec import encode
from app.policy.access_from_stripe import subscription_facts
from app.policy.cancellation_steps import Action

_BROKEN = Gauge(
    "paidthrough_broken_promises",
    "What was found broken when it was last checked, by promise",
    ["promise"],
    multiprocess_mode="mostrecent",
)
AT_ONCE = 500
LONG = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    promise: str
    about: str
    what: str


def broken_promises(context: Context) -> list[Finding]:
    """Every check, one after the other; the metrics show how many promises of each kind are broken."""
    found = []
    for check in CHECKS:
        broken = check(context)
        _BROKEN.labels(check.__name__).set(len(broken))
        found += broken
    return found


def run(context: Context) -> int:
    """As a job: whatever is broken is told as an alarm. How many are."""
    found = broken_promises(context)
    for finding in found:
        alarm("promise_broken", promise=finding.promise, about=finding.about, what=finding.what)
    return len(found)


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


def refunds_have_a_decision(context: Context) -> list[Finding]:
    """No money went back unnoticed: a refund is ours, or was allowed, or raised an alarm."""
    until = int((context.clock() - LONG).timestamp())
    with context.db.read() as tx:
        began = sweep_cursor.first_walk_at(tx)
        since = int(began.timestamp()) if began else 0
        found = promise_reads.refunds_nobody_answers_for(tx, since=since, until=until)
    return [
        Finding(
            promise="refunds have a decision",
            about=each.refund,
            what=f"{each.amount} {each.currency} of {each.charge} went back, and no decision or alarm tells why",
        )
        for each in found
    ]


CHECKS: tuple[Callable[[Context], list[Finding]], ...] = (
    approved_claims_are_refunded,
    refunds_have_a_decision,
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
