"""What becomes of a row of `access` when its clock went on or its facts were revised, and what the journal says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import orjson

from app.billing.access_projection import REVISED
from app.db.access_due import DueAccess, Move
from app.policy.access import Timelines, next_flip, timelines
from app.policy.access_codec import decode, encode
from app.policy.access_facts import AccessFacts, ItemFacts
from app.policy.access_journal import transitions
from app.policy.instants import from_epoch, to_epoch


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Who noticed, when by our clock, and by which grace the answers are computed."""

    cause: str
    recorded_at: datetime
    grace: timedelta


def facts_of(row: DueAccess) -> AccessFacts:
    return decode(orjson.loads(row.facts))


def passed(row: DueAccess, notice: Notice) -> Move:
    """The row at its clock's `now`, journalled up to there: what time alone has done."""
    items = timelines(facts_of(row), grace=notice.grace)
    return _moved(row, items, items, row.facts, notice, look_at=row.look_at)


def moved(row: DueAccess, facts: AccessFacts, notice: Notice, *, look_at: int | None) -> Move:
    """The same with facts that may differ from those that the row has."""
    before = timelines(facts_of(row), grace=notice.grace)
    after = timelines(facts, grace=notice.grace)
    return _moved(row, before, after, orjson.dumps(encode(facts)).decode(), notice, look_at=look_at)


def _moved(
    row: DueAccess, before: Timelines, after: Timelines, facts: str, notice: Notice, *, look_at: int | None
) -> Move:
    here = from_epoch(row.now)
    changes = transitions(before, after, here, journalled_to=from_epoch(row.journalled_to))
    told = [(change.item, change.transition.value, seconds(change.at)) for change in changes]
    if not told and facts != row.facts:
        told = [(timeline.item, REVISED, row.now) for timeline in after[:1]]
    return Move(
        row=row,
        flips_at=seconds(next_flip(after, here)),
        look_at=look_at,
        journalled_to=row.now,
        facts=facts,
        journal=tuple([_entry(row, *each, facts=facts, notice=notice) for each in told]),
    )


def seconds(instant: datetime | None) -> int | None:
    """Rounded up: a moment early nothing would have changed yet."""
    return None if instant is None else ceil(to_epoch(instant))


def _entry(
    row: DueAccess, item: ItemFacts, transition: str, happened_at: int | None, *, facts: str, notice: Notice
) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "subscription": row.subscription,
        "item": item.item,
        "product": item.product,
        "transition": transition,
        "happened_at": happened_at,
        "recorded_at": notice.recorded_at,
        "cause": notice.cause,
        "facts": facts,
    }
