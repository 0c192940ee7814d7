"""Corners of the access table: the status `paused`, the three kinds of paused collection, and what follows them."""

from tests.policy.access_bodies import epoch, expect, facts, invoice, item, line, subscription


def test_a_pause_without_its_instant_after_a_trial_began_at_the_trials_end() -> None:
    paused = subscription(item(0, 14), status="paused", trial_end=14)
    expect(facts(paused, invoice("paid", line(0, 14))), "active", 14, "paused", paid_through=14)


def test_a_pause_without_its_instant_pays_for_nothing() -> None:
    expect(facts(subscription(status="paused"), invoice()), "active", 0, "paused", paid_through=0)


def test_a_pause_does_not_pay_for_an_unpaid_period() -> None:
    details = {"paused": {"transitioned_at": epoch(10)}}
    known = facts(subscription(status="paused", status_details=details), invoice("open"))
    expect(known, "active", 0, "grace", 3, "unpaid", 10, "paused", paid_through=0)


def test_canceled_in_a_pause_does_not_bring_credited_time_back() -> None:
    ended = subscription(status="canceled", ended_at=20, status_details={"paused": {"transitioned_at": epoch(10)}})
    expect(facts(ended, invoice()), "ending", 10, "ended", paid_through=10)


def test_a_free_pause_that_will_resume_goes_on_as_renewing() -> None:
    within = subscription(pause_collection={"behavior": "keep_as_draft", "resumes_at": epoch(20)})
    beyond = subscription(pause_collection={"behavior": "keep_as_draft", "resumes_at": epoch(40)})
    story = ("free_pause", 20, "active", 30, "unconfirmed", 33, "unpaid")
    expect(facts(within, invoice("draft")), *story, paid_through=30, renews_at=30)
    expect(facts(beyond, invoice("draft")), "free_pause", 40, "unconfirmed", 43, "unpaid", paid_through=30)


def test_a_free_pause_ends_with_the_subscription() -> None:
    pause = {"behavior": "keep_as_draft", "resumes_at": None}
    draft = invoice("draft")
    scheduled = subscription(pause_collection=pause, cancel_at=45)
    expect(facts(scheduled, draft), "free_pause", 45, "ended", paid_through=30)
    at_period_end = subscription(pause_collection=pause, cancel_at_period_end=True)
    expect(facts(at_period_end, draft), "ending", 30, "ended", paid_through=30)
    at_once = subscription(pause_collection=pause, status="canceled", ended_at=10)
    expect(facts(at_once, draft), "ending", 10, "ended", paid_through=10)
    expect(facts(at_once, invoice("paid")), "ending", 30, "ended", paid_through=30)


def test_a_period_given_away_by_a_free_pause_stays_given_after_it() -> None:
    given = invoice("uncollectible", attempted=False, attempt_count=0)
    expect(facts(subscription(), given), "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_a_void_pause_that_resumes_before_the_period_ends_renews() -> None:
    paused = subscription(pause_collection={"behavior": "void", "resumes_at": epoch(20)})
    expect(facts(paused, invoice()), "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_an_unknown_pause_goes_by_the_invoice() -> None:
    paused = subscription(pause_collection={"behavior": "hibernate", "resumes_at": None})
    expect(facts(paused, invoice()), "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)
