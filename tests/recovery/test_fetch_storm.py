"""A storm of events that cannot be ordered drains without breaking Stripe's limit, whatever Stripe does meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.databases import empty_sqlite
from tests.support.fetch_storm import Storm, between, storm
from tests.support.stage import stage
from tests.support.truth import untruths

CUSTOMERS, EVENTS_EACH = 40, 6
LIMIT = 25  # requests a second, of Stripe's
SECOND = timedelta(seconds=1)


@contextmanager
def broken_loose(database_url: str) -> Iterator[Storm]:
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        storming = storm(made.world, made.clock, made.context)
        storming.breaks_loose(CUSTOMERS, events_each=EVENTS_EACH)
        yield storming


@pytest.fixture
def storming(tmp_path: Path) -> Iterator[Storm]:
    with broken_loose(empty_sqlite(tmp_path)) as made:
        yield made


def test_it_drains_with_one_request_for_each_object(database_url: str) -> None:
    with broken_loose(database_url) as storming:
        assert storming.waiting() == CUSTOMERS, "however many events there were"
        took = storming.drains()
        assert set(storming.times_asked().values()) == {1}
        assert len(storming.asked) == CUSTOMERS
        assert storming.most_in_a_second() <= LIMIT
        assert took < 2 * SECOND * CUSTOMERS / LIMIT, "and not much slower than Stripe allows"
        assert untruths(storming.context.db, storming.world) == []


def test_while_stripe_is_away_one_asks_now_and_then(storming: Storm) -> None:
    away, back = storming.clock.now + SECOND, storming.clock.now + 200 * SECOND

    def weather(since: timedelta) -> None:
        storming.world.trouble.outage(SECOND <= since < 200 * SECOND)

    took = storming.drains(at=weather)
    assert 6 <= between(storming.asked, away, back) <= 9, "of all three processes together"
    assert took < 200 * SECOND + 80 * SECOND + 2 * SECOND * CUSTOMERS / LIMIT, "soon after it is back it goes on"
    assert storming.most_in_a_second() <= LIMIT
    assert untruths(storming.context.db, storming.world) == []


def test_stripe_is_given_the_time_that_it_asks_for(storming: Storm) -> None:
    storming.world.trouble.rate_limited(1, retry_after=120)
    begin = storming.clock.now
    storming.drains()
    assert between(storming.asked, begin, begin + 120 * SECOND) == 1
    assert between(storming.asked, begin + 120 * SECOND, begin + 155 * SECOND) >= 1
    assert untruths(storming.context.db, storming.world) == []


def test_one_object_that_stripe_always_stumbles_over_stops_no_other(storming: Storm) -> None:
    never = f"/v1/customers/{min(each['id'] for each in storming.world.account.store.all('customer'))}"
    storming.world.trouble.internal_error(1_000_000, only=never)
    waiting = []

    def at(since: timedelta) -> None:
        if since > 60 * SECOND:
            waiting.append(storming.waiting())
            storming.world.trouble.calm()

    storming.drains(at=at)
    assert waiting == [1], "the others were done"
    assert storming.times_asked()[never] <= 6
    assert untruths(storming.context.db, storming.world) == []
