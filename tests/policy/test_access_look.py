"""When Stripe is asked again, so that nobody who renews is locked out on missing news."""

from datetime import timedelta

import pytest

from app.policy.access import LOOK_AFTER, LOOK_BEFORE, alarms, look_again_at, needs_fetch
from app.policy.access_look import DRAFT_LASTS, LOOK_REPEAT, RECHECK
from app.policy.access_rows import TO_ASK
from tests.policy.access_bodies import GRACE, SECOND, day, epoch, facts, invoice, item, line, subscription

PAID = facts(subscription(), invoice())


def test_a_renewal_without_news_is_looked_up_shortly_after_and_before_the_grace_ends() -> None:
    first = look_again_at(PAID, GRACE, day(1))
    assert first == day(30) + LOOK_AFTER
    assert look_again_at(PAID, GRACE, first + SECOND) == day(33) - LOOK_BEFORE
    assert look_again_at(PAID, GRACE, day(33)) is None


def test_a_look_that_was_missed_is_made_up_for() -> None:
    late = day(33) - timedelta(minutes=5)
    assert look_again_at(PAID, GRACE, late, asked_at=day(20)) == late
    assert look_again_at(PAID, GRACE, late, asked_at=day(30) + LOOK_AFTER) == late
    assert look_again_at(PAID, GRACE, late, asked_at=day(33) - LOOK_BEFORE) is None


@pytest.mark.parametrize("grace", [timedelta(0), timedelta(minutes=6), timedelta(hours=1)])
def test_a_short_grace_is_still_looked_into(grace: timedelta) -> None:
    look = look_again_at(PAID, grace, day(29))
    assert look is not None
    assert day(30) < look < day(30) + max(grace, TO_ASK)


def test_a_failing_renewal_is_looked_up_before_its_grace_ends() -> None:
    known = facts(subscription(status="past_due"), invoice("open"))
    assert look_again_at(known, GRACE, day(0)) == day(3) - LOOK_BEFORE


def test_a_trial_that_goes_on_is_looked_up_after_its_end() -> None:
    known = facts(subscription(item(0, 14), status="trialing", trial_end=14))
    assert look_again_at(known, GRACE, day(0)) == day(14) + LOOK_AFTER


def test_a_draft_that_stays_a_draft_is_looked_up() -> None:
    assert look_again_at(facts(subscription(), invoice("draft")), GRACE, day(0)) == day(0) + DRAFT_LASTS + LOOK_AFTER


def test_a_held_lock_out_is_looked_up_again_and_again() -> None:
    held = facts(subscription(), invoice(), held_until=day(35))
    assert look_again_at(held, GRACE, day(33)) == day(33) + RECHECK


def test_news_within_the_last_hour_are_looked_into_at_once() -> None:
    soon = day(33) - timedelta(minutes=40)
    assert look_again_at(PAID, GRACE, soon) == soon


def test_a_free_pause_is_looked_up_when_its_period_should_have_moved() -> None:
    known = facts(subscription(pause_collection={"behavior": "keep_as_draft"}), invoice("draft"))
    assert look_again_at(known, GRACE, day(1)) == day(30) + LOOK_AFTER


def test_what_surely_ends_needs_no_look() -> None:
    ending = facts(subscription(cancel_at_period_end=True), invoice())
    lost = facts(subscription(), invoice("void"))
    over = facts(subscription(status="canceled", ended_at=30), invoice())
    assert [look_again_at(known, GRACE, day(1)) for known in (ending, lost, over)] == [None, None, None]


FETCHED = {
    "unseen invoice": facts(subscription()),
    "unseen invoice of an overdue one": facts(subscription(status="past_due")),
    "time kept on trust": facts(subscription(status="canceled", ended_at=10)),
    "unknown status": facts(subscription(status="hibernating"), invoice()),
    "unknown invoice status": facts(subscription(), invoice("shredded")),
    "unknown pause": facts(subscription(pause_collection={"behavior": "hibernate"}), invoice()),
    "incomplete and paid": facts(subscription(status="incomplete"), invoice()),
    "overdue and paid": facts(subscription(status="past_due"), invoice()),
    "trialing after the trial": facts(subscription(item(14, 44), status="trialing", trial_end=14), invoice()),
    "canceled without an end": facts(subscription(status="canceled"), invoice()),
    "ended and active": facts(subscription(ended_at=30), invoice()),
    "paused nobody knows when": facts(subscription(status="paused"), invoice()),
    "no period": facts(subscription(item(30, 30)), invoice()),
    "no items": facts(subscription() | {"items": None}, invoice()),
}


@pytest.mark.parametrize("case", FETCHED)
def test_what_is_missing_or_contradictory_is_asked_for_at_once(case: str) -> None:
    known = FETCHED[case]
    assert needs_fetch(known)
    assert look_again_at(known, GRACE, day(5)) == day(5)


def test_an_answer_that_changes_nothing_is_not_asked_for_again_and_again() -> None:
    known = facts(subscription(status="hibernating"), invoice())
    assert look_again_at(known, GRACE, day(5) + SECOND, asked_at=day(5)) == day(5) + LOOK_REPEAT


SOUND = {
    "active": PAID,
    "nothing due": facts(subscription(latest_invoice=None)),
    "pending": facts(subscription(), invoice("draft")),
    "overdue": facts(subscription(status="past_due"), invoice("open")),
    "overdue for an upgrade": facts(
        subscription(status="past_due"), invoice(), invoice("open", line(9, 30, proration=True), id="in_2", at=9)
    ),
    "incomplete": facts(subscription(status="incomplete"), invoice("open")),
    "trial without invoice": facts(subscription(item(0, 14), status="trialing", trial_end=14)),
    "ended, invoices not kept": facts(subscription(status="canceled", ended_at=30)),
    "paused": facts(
        subscription(status="paused", status_details={"paused": {"transitioned_at": epoch(10)}}), invoice()
    ),
}


@pytest.mark.parametrize("case", SOUND)
def test_what_is_sound_is_not_asked_for(case: str) -> None:
    assert not needs_fetch(SOUND[case])


def test_alarms_name_what_is_unknown() -> None:
    strange = subscription(status="hibernating", pause_collection={"behavior": "hibernate"})
    assert alarms(facts(strange, invoice("shredded"))) == (
        "unknown subscription status 'hibernating'",
        "unknown pause_collection behavior 'hibernate'",
        "unknown invoice status 'shredded'",
    )
    assert alarms(PAID) == ()
