"""The kept answers are those that the facts give, or they do not count."""

from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest
from hypothesis import given, settings
from sqlalchemy import select, update

from app.billing import access_memo
from app.billing.access import access_of
from app.billing.access_memo import recall, remember
from app.db.access import Access
from app.db.tables import table_of
from app.policy.access import timelines
from app.policy.access_answers import answers_of
from app.policy.access_codec import encode
from app.policy.access_facts import AccessFacts
from tests.policy.access_bodies import GRACE, facts, invoice, subscription
from tests.policy.access_strategies import access_facts
from tests.support.stage import Stage, stage

_A = table_of(Access)
RENEWING = facts(subscription(), invoice())
OTHER = facts(subscription(cancel_at_period_end=True), invoice())


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as made:
        yield made


def text_of(known: AccessFacts) -> str:
    return orjson.dumps(encode(known)).decode()


def kept(known: AccessFacts, grace: timedelta = GRACE) -> str:
    return remember(text_of(known), timelines(known, grace=grace), grace=grace)


@settings(max_examples=300, deadline=None)
@given(access_facts)
def test_what_was_kept_is_what_the_facts_give(known: AccessFacts) -> None:
    assert recall(text_of(known), kept(known), grace=GRACE) == recall(text_of(known), None, grace=GRACE)


@pytest.mark.parametrize("stale", [kept(OTHER), kept(RENEWING, GRACE * 2)], ids=["other facts", "another grace"])
def test_what_was_made_from_something_else_does_not_count(stale: str) -> None:
    assert recall(text_of(RENEWING), stale, grace=GRACE) == [
        answers_of(timeline) for timeline in timelines(RENEWING, grace=GRACE)
    ]


def test_what_another_release_made_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    _, answers = orjson.loads(kept(OTHER))
    monkeypatch.setattr(access_memo, "RULES", b"those of another release")
    told, _ = orjson.loads(kept(RENEWING))
    monkeypatch.undo()
    forged = orjson.dumps([told, answers]).decode()
    assert recall(text_of(RENEWING), forged, grace=GRACE) == recall(text_of(RENEWING), None, grace=GRACE)


def test_webhooks_keep_the_answers_and_they_are_not_needed(acted: Stage) -> None:
    acted.subscribe("ann")
    with acted.context.db.read() as tx:
        row = tx.execute(select(_A.c.facts, _A.c.answers)).one()
    made_from, _ = orjson.loads(row.answers)
    assert made_from == access_memo.stamp(row.facts, acted.context.settings.renewal_grace)
    before = access_of(acted.context, "ann")
    with acted.context.db.write() as tx:
        tx.execute(update(_A).values(answers=None))
    assert access_of(acted.context, "ann") == before
