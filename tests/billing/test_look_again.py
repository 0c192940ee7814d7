"""Nobody who renews is locked out on news that is only missing: Stripe is asked, and access is held if it is away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import orjson
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from app.billing import cycle_end, look_again
from app.billing.context import Context
from app.billing.look_again import LookReport
from app.db import fetch_request
from app.db.engine import Database
from app.db.fetch_request import FetchRequest
from app.db.tables import table_of
from app.policy.access_codec import decode
from tests.policy.access_bodies import day, epoch, facts, invoice, subscription
from tests.support.access_table import change, journal, put, put_clock, row
from tests.support.product import HandClock, product

RENEWING = facts(subscription(latest_invoice="in_latest"), invoice())
LOCK_OUT = 33.0  # day 30 and 72 hours of grace
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
_F = table_of(FetchRequest)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(day(0))


@pytest.fixture
def context(database_url: str, clock: HandClock) -> Iterator[Context]:
    made = product(database_url, clock=clock, stripe_away_grace_hours=24)
    put(made.db, "sub_1", facts=RENEWING)
    yield made
    made.db.close()


def wishes(db: Database) -> list[tuple[str, str]]:
    with db.read() as tx:
        return [tuple(each) for each in tx.execute(select(_F.c.object_kind, _F.c.object_id).order_by(_F.c.object_id))]


def answered(context: Context) -> None:
    """As if Stripe had said what we know already."""
    with context.db.write() as tx:
        for leased in fetch_request.claim(tx, now=context.clock(), limit=100, lease="test", lease_seconds=60):
            fetch_request.done(tx, leased)


def not_answered(context: Context) -> None:
    """As if Stripe were away for the calls that are due."""
    with context.db.write() as tx:
        for leased in fetch_request.claim(tx, now=context.clock(), limit=100, lease="test", lease_seconds=60):
            fetch_request.failed(tx, leased, due_at=context.clock() + 10 * MINUTE, error="StripeUnavailable")


def looked_until(context: Context, clock: HandClock, end: datetime, *, stripe_is_away: bool) -> list[datetime]:
    """Lets every look happen at its moment and gives those moments."""
    moments = []
    while (at := row(context.db, "sub_1").look_at) is not None and (moment := as_time(at)) < end:
        clock.now = moment
        look_again.run(context)
        moments.append(moment)
        (not_answered if stripe_is_away else answered)(context)
    return moments


def as_time(seconds: int) -> datetime:
    return day(0) + timedelta(seconds=seconds - (epoch(0) or 0))


def held_until(context: Context) -> datetime | None:
    return decode(orjson.loads(row(context.db, "sub_1").facts)).held_until


def test_nothing_is_due_within_a_paid_period(context: Context, clock: HandClock) -> None:
    clock.now = day(30)
    assert look_again.run(context) == LookReport()
    assert wishes(context.db) == []


def test_stripe_is_asked_soon_after_the_period_and_before_the_lock_out(context: Context, clock: HandClock) -> None:
    asked = looked_until(context, clock, day(40), stripe_is_away=False)
    assert asked[:2] == [day(30) + timedelta(minutes=10), day(LOCK_OUT) - HOUR]
    assert held_until(context) is None


def test_the_subscription_and_its_newest_invoice_are_asked_for_once(context: Context, clock: HandClock) -> None:
    clock.now = day(30) + 10 * MINUTE
    assert look_again.run(context) == LookReport(asked=1)
    assert wishes(context.db) == [("invoice", "in_latest"), ("subscription", "sub_1")]
    assert look_again.run(context) == LookReport()


def test_when_stripe_answers_nothing_is_held(context: Context, clock: HandClock) -> None:
    looked_until(context, clock, day(LOCK_OUT), stripe_is_away=False)
    clock.now = day(LOCK_OUT)
    cycle_end.run(context)
    assert journal(context.db) == [("sub_1", "ended", epoch(LOCK_OUT))]
    assert row(context.db, "sub_1").look_at is None


def test_when_stripe_is_away_access_is_held_for_the_configured_time(context: Context, clock: HandClock) -> None:
    before = REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": "access.held"}) or 0
    looked_until(context, clock, day(LOCK_OUT), stripe_is_away=True)
    assert held_until(context) == day(LOCK_OUT + 1)
    assert REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": "access.held"}) == before + 1
    clock.now = day(LOCK_OUT)
    cycle_end.run(context)
    assert [what for _, what, _ in journal(context.db)] == ["revised"]


def test_the_hold_is_bounded(context: Context, clock: HandClock) -> None:
    looked_until(context, clock, day(60), stripe_is_away=True)
    clock.now = day(60)
    cycle_end.run(context)
    assert ("sub_1", "ended", epoch(LOCK_OUT + 1)) in journal(context.db)
    assert [what for _, what, _ in journal(context.db)].count("revised") == 1


def test_a_hold_ends_when_stripe_has_answered(context: Context, clock: HandClock) -> None:
    looked_until(context, clock, day(LOCK_OUT), stripe_is_away=True)
    clock.now = day(LOCK_OUT) + HOUR
    answered_at = clock.now + 10 * MINUTE
    clock.now = answered_at
    answered(context)
    assert look_again.run(context).let_go == 1
    assert held_until(context) is None
    ended = [(what, at) for _, what, at in journal(context.db) if what == "ended"]
    assert len(ended) == 1
    assert ended[0][1] <= int(answered_at.timestamp())


def test_what_will_end_anyway_is_not_asked_about(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_1", facts=facts(subscription(cancel_at_period_end=True), invoice()))
    clock.now = day(90)
    assert look_again.run(context) == LookReport()


def test_a_row_that_cannot_be_read_stops_nobody(context: Context, clock: HandClock) -> None:
    put(context.db, "sub_2", facts=RENEWING)
    change(context.db, "sub_1", facts="{}")
    clock.now = day(30) + 10 * MINUTE
    assert look_again.run(context) == LookReport(asked=1)
    assert row(context.db, "sub_1").look_at == int((clock.now + HOUR).timestamp())


def test_two_at_once_ask_once(context: Context, clock: HandClock) -> None:
    put(context.db, *(f"sub_{number}" for number in range(2, 40)), facts=RENEWING)
    clock.now = day(30) + 10 * MINUTE
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: look_again.run(context), range(3)))
    assert sum(report.asked for report in reports) == 39


def test_a_rehearsal_is_looked_at_by_its_own_clock(context: Context) -> None:
    put(context.db, "sub_1", facts=RENEWING, test_clock="clock_1")
    put_clock(context.db, "clock_1", frozen=30)
    assert look_again.run(context) == LookReport()
    put_clock(context.db, "clock_1", frozen=31)
    assert look_again.run(context) == LookReport(asked=1)
