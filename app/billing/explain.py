"""Why a user has access or not: today's answer, the one that was given at the time, and the facts behind both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import orjson

from app.billing.access import access_from
from app.billing.context import Context
from app.db import access_reads
from app.db.access_reads import Told
from app.policy.access import Access
from app.policy.access_codec import decode
from app.policy.access_facts import AccessFacts
from app.policy.instants import from_epoch


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """A line of the journal: what happened when, when we learned it, and from which event or job."""

    subscription: str
    product: str
    transition: str
    happened_at: datetime
    recorded_at: datetime
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """`now_known` is the answer for `at` by all that is known; `then_given` by what was known at `at` (None if nothing
    was). `facts` are today's, one per subscription; `clocks` is the time on the test clocks that some are on."""

    uid: str
    at: datetime
    now_known: Access
    then_given: Access | None
    facts: tuple[AccessFacts, ...]
    journal: tuple[Happening, ...]
    clocks: dict[str, datetime]


def explain(context: Context, uid: str, at: datetime | None = None) -> Explanation:
    """Explain the user's access at an instant; without one, now (on its test clock for a rehearsed subscription)."""
    now = context.clock()
    grace = context.settings.renewal_grace
    with context.db.read() as tx:
        rows = access_reads.rows_of(tx, uid)
        told = access_reads.journal_of(tx, uid)
    facts = tuple(decode(orjson.loads(row.facts)) for row in rows)
    texts = {each.subscription.subscription: row.facts for each, row in zip(facts, rows, strict=True)}
    frozen = zip(texts, (row.frozen_time for row in rows), strict=True)
    clocks = {name: from_epoch(instant) for name, instant in frozen if instant is not None}

    def instants(known: dict[str, str]) -> list[tuple[str, datetime]]:
        return [(text, at or clocks.get(name, now)) for name, text in known.items()]

    then = _known_at(told, at or now)
    return Explanation(
        uid=uid,
        at=at or now,
        now_known=access_from([each for each in instants(texts) if _had_begun(*each)], grace=grace),
        then_given=access_from(instants(then), grace=grace) if then else None,
        facts=facts,
        journal=tuple(_happening(line) for line in told),
        clocks=clocks,
    )


def _had_begun(facts: str, at: datetime) -> bool:
    """A timeline has no beginning, so that it answers for clocks that lag; a question about the past needs one."""
    started = decode(orjson.loads(facts)).subscription.started_at
    return started is None or started <= at


def _known_at(told: Iterable[Told], at: datetime) -> dict[str, str]:
    """The newest facts of each subscription that were recorded by then."""
    return {line.subscription: line.facts for line in told if line.recorded_at <= at}


def _happening(line: Told) -> Happening:
    return Happening(
        subscription=line.subscription,
        product=line.product,
        transition=line.transition,
        happened_at=from_epoch(line.happened_at),
        recorded_at=line.recorded_at,
        cause=line.cause,
    )
