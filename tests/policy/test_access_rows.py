"""Every row of the access table, with a little timeline: days after the period began, which lasts 30 days."""

from typing import Any

import pytest

from app.policy.access_facts import StandingFacts
from app.policy.standing import Standing
from tests.policy.access_bodies import day, epoch, expect, facts, invoice, item, line, subscription

SCHEDULED = [
    pytest.param({"cancel_at_period_end": True}, id="flag"),
    pytest.param({"cancel_at_period_end": True, "cancel_at": 30}, id="flag_and_instant"),
    pytest.param({"cancel_at_period_end": False, "cancel_at": 30}, id="portal_in_flexible_mode"),
]


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.TERMINATED])
def test_a_violation_ends_access_at_the_decision(standing: Standing) -> None:
    decided = StandingFacts(standing=standing, decided_at=day(10))
    known = facts(subscription(), invoice(), standing=decided)
    expect(known, "active", 10, standing.value, paid_through=None)


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired"])
@pytest.mark.parametrize("invoice_status", ["draft", "open", "void", "uncollectible"])
def test_incomplete_never_had_access(status: str, invoice_status: str) -> None:
    known = facts(subscription(status=status), invoice(invoice_status, billing_reason="subscription_create"))
    expect(known, "incomplete", paid_through=None)


def test_incomplete_without_an_invoice_never_had_access() -> None:
    expect(facts(subscription(status="incomplete")), "incomplete", paid_through=None)
    expect(facts(subscription(status="incomplete", latest_invoice=None)), "incomplete", paid_through=None)


def test_a_trial_that_goes_on_gets_grace_at_its_end() -> None:
    trial = subscription(item(0, 14), status="trialing", trial_end=14)
    known = facts(trial, invoice("paid", line(0, 14), billing_reason="subscription_create"))
    expect(known, "trial", 14, "unconfirmed", 17, "unpaid", paid_through=14, renews_at=14)


def test_a_trial_needs_no_invoice() -> None:
    known = facts(subscription(item(0, 14), status="trialing", trial_end=14))
    expect(known, "trial", 14, "unconfirmed", 17, "unpaid", paid_through=14, renews_at=14)


def test_a_trial_with_a_scheduled_end_ends_to_the_second() -> None:
    known = facts(subscription(item(0, 14), status="trialing", trial_end=14, cancel_at_period_end=True))
    expect(known, "ending", 14, "ended", paid_through=14)


def test_a_pause_ends_access_when_it_began() -> None:
    details = {"paused": {"type": "subscription", "transitioned_at": epoch(10), "subscription": {"type": "system"}}}
    known = facts(subscription(status="paused", status_details=details), invoice())
    expect(known, "active", 10, "paused", paid_through=10)


@pytest.mark.parametrize("behavior", ["keep_as_draft", "mark_uncollectible"])
@pytest.mark.parametrize("status", ["draft", "uncollectible", "paid"])
def test_a_free_pause_lasts_as_long_as_it_lasts(behavior: str, status: str) -> None:
    pause = {"behavior": behavior, "resumes_at": None}
    expect(facts(subscription(pause_collection=pause), invoice(status)), "free_pause", paid_through=30)


def test_a_void_pause_is_as_if_not_renewing() -> None:
    paused = subscription(pause_collection={"behavior": "void", "resumes_at": None})
    expect(facts(paused, invoice()), "ending", 30, "paused", paid_through=30)


@pytest.mark.parametrize("status", ["draft", "void"])
def test_a_period_that_began_in_a_void_pause_is_not_paid(status: str) -> None:
    paused = subscription(pause_collection={"behavior": "void", "resumes_at": None})
    expect(facts(paused, invoice(status, attempted=False)), "ending", 0, "paused", paid_through=0)


@pytest.mark.parametrize("scheduled", SCHEDULED)
def test_paid_and_scheduled_to_end_lasts_until_the_period_ends(scheduled: dict[str, Any]) -> None:
    expect(facts(subscription(canceled_at=5, **scheduled), invoice()), "ending", 30, "ended", paid_through=30)


def test_paid_and_ended_at_the_periods_end() -> None:
    ended = subscription(status="canceled", ended_at=30, canceled_at=5, cancel_at_period_end=True)
    expect(facts(ended, invoice()), "ending", 30, "ended", paid_through=30)


def test_an_immediate_cancel_in_the_dashboard_keeps_paid_time() -> None:
    ended = subscription(status="canceled", ended_at=10, canceled_at=10, reason="cancellation_requested")
    expect(facts(ended, invoice()), "ending", 30, "ended", paid_through=30)


def test_a_trial_that_is_canceled_at_once_ends_then() -> None:
    ended = subscription(item(0, 14), status="canceled", trial_end=14, ended_at=5, canceled_at=5)
    expect(facts(ended, invoice("paid", line(0, 14))), "ending", 5, "ended", paid_through=5)


@pytest.mark.parametrize("reason", ["subscription_create", "subscription_cycle", "subscription_threshold"])
def test_paid_and_renewing_lasts_until_the_grace_ends(reason: str) -> None:
    known = facts(subscription(), invoice(billing_reason=reason))
    expect(known, "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_nothing_due_counts_as_paid() -> None:
    known = facts(subscription(latest_invoice=None))
    expect(known, "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_a_renewals_draft_does_not_cut_access() -> None:
    known = facts(subscription(), invoice("draft"))
    expect(known, "active", 0, "pending", 30, "unconfirmed", 33, "unpaid", paid_through=0, renews_at=30)


@pytest.mark.parametrize("status", ["active", "past_due"])
def test_a_processing_payment_does_not_cut_access(status: str) -> None:
    known = facts(subscription(status=status), invoice("open"), processing=["in_latest"])
    expect(known, "active", 0, "pending", 30, "unconfirmed", 33, "unpaid", paid_through=0, renews_at=30)


def test_an_invoice_that_was_sent_waits_for_its_due_date() -> None:
    sent = invoice("open", collection_method="send_invoice", due_date=epoch(14), attempted=False)
    known = facts(subscription(collection_method="send_invoice"), sent)
    expect(known, "active", 0, "pending", 14, "grace", 17, "unpaid", paid_through=0, renews_at=30)


@pytest.mark.parametrize("status", ["active", "past_due", "unpaid"])
def test_an_open_invoice_leaves_the_grace(status: str) -> None:
    known = facts(subscription(status=status), invoice("open"))
    expect(known, "active", 0, "grace", 3, "unpaid", paid_through=0, renews_at=30)


@pytest.mark.parametrize("status", ["open", "uncollectible", "void"])
def test_ended_by_dunning_counts_from_the_periods_start(status: str) -> None:
    ended = subscription(status="canceled", ended_at=20, canceled_at=20, reason="payment_failed")
    expect(facts(ended, invoice(status)), "ending", 0, "ended", paid_through=0)


@pytest.mark.parametrize("status", ["uncollectible", "void"])
def test_given_up_after_failure_counts_from_the_periods_start(status: str) -> None:
    known = facts(subscription(status="past_due"), invoice(status))
    expect(known, "active", 0, "unpaid", paid_through=0, renews_at=30)


def test_an_unseen_period_invoice_is_trusted_until_the_period_ends() -> None:
    earlier = invoice("paid", line(-30, 0), id="in_earlier")
    known = facts(subscription(), earlier)
    expect(known, "unconfirmed", 30, "unpaid", paid_through=30, renews_at=30)


def test_an_unknown_status_goes_by_the_invoice() -> None:
    later = subscription(status="hibernating")
    expect(facts(later, invoice()), "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)
    expect(facts(later, invoice("open")), "active", 0, "grace", 3, "unpaid", paid_through=0, renews_at=30)
