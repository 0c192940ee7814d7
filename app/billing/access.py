"""May this user in? One indexed read, and the clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.billing.access_memo import recall
from app.billing.context import Context
from app.db import access_reads
from app.policy.access import Access, answer_at, combine
from app.policy.instants import from_epoch


def access_of(context: Context, uid: str) -> Access:
    """The answer for a user now; a subscription on a test clock is judged by that clock's time."""
    rows = context.db.look_up(lambda tx: access_reads.rows_of(tx, uid))
    now, grace = context.clock(), context.settings.renewal_grace
    answers = [
        answer_at(
            recall(row.facts, row.answers, grace=grace),
            now if row.frozen_time is None else from_epoch(row.frozen_time),
        )
        for row in rows
    ]
    return _best(answers)


def access_from(facts: Iterable[tuple[str, datetime]], *, grace: timedelta) -> Access:
    """The answer from encoded facts, each with the instant to judge it by."""
    return _best([answer_at(recall(text, None, grace=grace), at) for text, at in facts])


def _best(answers: Sequence[Access]) -> Access:
    return answers[0] if len(answers) == 1 else combine(answers)
