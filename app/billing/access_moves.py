"""What becomes of a row of `access` when its clock went on or its facts were revised, and what the journal says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import orjson

from app.billing.access_projection import REVISED
from app.db.access_due import DueAccess, Move
from app.policy.access import next_flip, timelines
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


def moved(row: DueAccess, facts: AccessFacts, notice: Notice, *, look_at: int | None) -> Move:
    """The row at its clock's `now`, journalled up to there; `facts` may differ from those that it has."""
    here = from_epoch(row.now)
    before = timelines(facts_of(row), grace=notice.grace)
    after = timelines(facts, grace=notice.grace)
    text = orjson.dumps(encode(facts)).decode()
    changes = transitions(before, after, here, journalled_to=from_epoch(row.journalled_to))
    told = [(change.item, str(change.transition), seconds(change.at)) for change in changes]
    revised = [(item, REVISED, row.now) for item in facts.subscription.items[:1] if text != row.facts]
    return Move(
        row=row,
        flips_at=seconds(next_flip(after, here)),
        look_at=look_at,
        journalled_to=row.now,
        facts=text,
        journal=tuple(_entry(row, *each, facts=text, notice=notice) for each in told or revised),
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
