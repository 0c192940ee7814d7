"""May this user in? One indexed read, and the clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

import orjson

from app.billing.context import Context
from app.db import access_reads
from app.policy.access import Access, ItemTimeline, answer, combine, timelines
from app.policy.access_codec import decode
from app.policy.instants import from_epoch


def access_of(context: Context, uid: str) -> Access:
    """The answer for a user now; a subscription on a test clock is judged by that clock's time."""
    rows = context.db.look_up(lambda tx: access_reads.rows_of(tx, uid))
    now = context.clock()
    facts = [(row.facts, now if row.frozen_time is None else from_epoch(row.frozen_time)) for row in rows]
    return access_from(facts, grace=context.settings.renewal_grace)


def access_from(facts: Iterable[tuple[str, datetime]], *, grace: timedelta) -> Access:
    """The answer from encoded facts, each with the instant to judge it by."""
    answers = [answer(_timelines(text, grace), at) for text, at in facts]
    return answers[0] if len(answers) == 1 else combine(answers)


@lru_cache(maxsize=4096)
def _timelines(facts: str, grace: timedelta) -> tuple[ItemTimeline, ...]:
    """A host asks about the same users again and again; and this depends on nothing but what it is given."""
    return timelines(decode(orjson.loads(facts)), grace=grace)
