"""Transitions carry the instant at which they happened."""

from datetime import datetime

from app.policy.access import timelines
from app.policy.access_facts import AccessFacts, StandingFacts
from app.policy.access_journal import transitions
from app.policy.standing import Standing
from tests.policy.access_bodies import GRACE, SECOND, day, epoch, facts, invoice, item, line, subscription

HOUR = 1 / 24
PAID = facts(subscription(), invoice())
ENDING = facts(subscription(cancel_at_period_end=True, canceled_at=5), invoice())
OVER = facts(subscription(status="canceled", ended_at=30, canceled_at=5, cancel_at_period_end=True), invoice())
RENEWED = facts(subscription(item(30, 60)), invoice("paid", line(30, 60)))


def told(
    before: AccessFacts | None, after: AccessFacts, *, now: float, journalled_to: float | None = None
) -> list[tuple[str, datetime]]:
    old = None if before is None else timelines(before, grace=GRACE)
    since = None if journalled_to is None else day(journalled_to)
    found = transitions(old, timelines(after, grace=GRACE), day(now), journalled_to=since)
    return [(change.transition.value, change.at) for change in found]


def test_granted_when_the_subscription_began() -> None:
    assert told(None, PAID, now=1) == [("granted", day(0))]


def test_granted_when_an_incomplete_one_was_paid() -> None:
    incomplete = facts(subscription(status="incomplete"), invoice("open"))
    assert told(None, incomplete, now=HOUR / 2) == []
    assert told(incomplete, PAID, now=1) == [("granted", day(HOUR))]


def test_a_renewal_extends_when_it_is_paid_and_not_before() -> None:
    moved = facts(subscription(item(30, 60)), invoice("draft", line(30, 60)))
    assert told(PAID, moved, now=30 + HOUR / 2) == []
    assert told(moved, RENEWED, now=31) == [("extended", day(30 + HOUR))]


def test_a_cancellation_is_journalled_when_it_was_asked_for_and_when_it_took_effect() -> None:
    assert told(PAID, ENDING, now=6) == [("scheduled_to_end", day(5))]
    assert told(ENDING, ENDING, now=31, journalled_to=6) == [("ended", day(30))]
    assert told(ENDING, OVER, now=31, journalled_to=30.5) == []


def test_an_end_that_nobody_noticed_is_journalled_with_its_instant() -> None:
    assert told(ENDING, OVER, now=40, journalled_to=6) == [("ended", day(30))]


def test_an_end_that_stripe_tells_late_happened_when_stripe_ended_it() -> None:
    assert told(PAID, OVER, now=31) == [("ended", day(30))]


def test_a_scheduled_end_that_is_taken_back() -> None:
    assert told(ENDING, PAID, now=6) == [("resumed", day(6))]


def test_an_immediate_cancel_with_time_left_is_scheduled_to_end() -> None:
    at_once = facts(subscription(status="canceled", ended_at=10, canceled_at=10), invoice())
    assert told(PAID, at_once, now=11) == [("scheduled_to_end", day(10))]


def test_a_trial_canceled_at_once_ended_then() -> None:
    trial = facts(subscription(item(0, 14), status="trialing", trial_end=14))
    ended = facts(subscription(item(0, 14), status="canceled", trial_end=14, ended_at=5, canceled_at=5))
    assert told(trial, ended, now=6) == [("ended", day(5))]


def test_given_up_after_failure_ended_when_it_was_given_up() -> None:
    failing = facts(subscription(status="past_due"), invoice("open"))
    became = {"marked_uncollectible_at": epoch(2)}
    given_up = facts(subscription(status="past_due"), invoice("uncollectible", status_transitions=became))
    assert told(failing, given_up, now=2.5) == [("ended", day(2))]


def test_a_grace_that_runs_out_and_a_payment_afterwards() -> None:
    failing = facts(subscription(item(30, 60), status="past_due"), invoice("open", line(30, 60)))
    paid = facts(subscription(item(30, 60)), invoice("paid", line(30, 60), status_transitions={"paid_at": epoch(35)}))
    assert told(failing, failing, now=33, journalled_to=31) == [("ended", day(33))]
    assert told(failing, paid, now=36, journalled_to=33) == [("restored", day(35))]
    assert told(failing, paid, now=36, journalled_to=31) == [("ended", day(33)), ("restored", day(35))]


def test_a_violation_forfeits_at_the_decision_and_a_reinstatement_restores() -> None:
    suspended, reinstated, forfeited = (
        facts(subscription(), invoice(), standing=StandingFacts(standing=standing, decided_at=day(at)))
        for standing, at in ((Standing.SUSPENDED, 10), (Standing.GOOD, 12), (Standing.TERMINATED, 20))
    )
    assert told(PAID, suspended, now=10) == [("forfeited", day(10))]
    assert told(suspended, reinstated, now=13) == [("restored", day(12))]
    assert told(reinstated, forfeited, now=20.5) == [("forfeited", day(20))]
    assert told(suspended, PAID, now=12) == [("restored", day(12))]


def test_a_charge_that_came_back_ends_access_when_it_is_known() -> None:
    back = facts(subscription(), invoice(), money_gone=["in_latest"])
    assert told(PAID, back, now=8) == [("ended", day(8))]


def test_a_charge_that_came_back_within_the_grace_reduces_paid_time() -> None:
    failed = facts(subscription(status="past_due"), invoice("open"))
    assert told(PAID, failed, now=1) == [("reduced", day(1))]


def test_an_item_that_is_added_and_one_that_is_removed() -> None:
    two = facts(subscription(item(), item(id="si_storage")), invoice())
    assert told(PAID, two, now=9) == [("granted", day(9))]
    assert told(two, PAID, now=9) == [("ended", day(9))]


def test_the_same_facts_twice_tell_nothing_more() -> None:
    for known in (PAID, ENDING, OVER, RENEWED):
        assert told(known, known, now=10, journalled_to=9) == []


def test_a_boundary_belongs_to_exactly_one_of_two_adjoining_looks() -> None:
    items = timelines(ENDING, grace=GRACE)
    until = transitions(items, items, day(30) - SECOND, journalled_to=day(29))
    to_the_second = transitions(items, items, day(30), journalled_to=day(30) - SECOND)
    after = transitions(items, items, day(31), journalled_to=day(30))
    assert [len(until), len(to_the_second), len(after)] == [0, 1, 0]
