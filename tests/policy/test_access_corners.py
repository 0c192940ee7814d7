"""Corners of the access table that a customer or an auditor would ask about, one named test each."""

from typing import Any

import pytest

from app.policy.access import Reason, answer, timelines
from app.policy.access_rows import TO_ASK
from tests.policy.access_bodies import GRACE, SECOND, day, epoch, expect, facts, invoice, item, line, subscription


def test_a_period_that_moved_before_payment_is_not_paid() -> None:
    previous = invoice("paid", id="in_previous")
    known = facts(subscription(item(30, 60)), previous, invoice("open", line(30, 60)))
    expect(known, "active", 30, "grace", 33, "unpaid", paid_through=30, renews_at=60)


def test_canceled_before_the_renewal_was_paid_keeps_the_previous_period_to_its_end() -> None:
    ended = subscription(item(30, 60), status="canceled", ended_at=31, canceled_at=31, reason="cancellation_requested")
    known = facts(ended, invoice("paid", id="in_previous"), invoice("draft", line(30, 60)))
    expect(known, "ending", 30, "ended", paid_through=30)


def test_canceled_while_its_payment_is_on_its_way_waits_for_it() -> None:
    ended = subscription(status="canceled", ended_at=2, canceled_at=2, reason="cancellation_requested")
    expect(facts(ended, invoice("open"), processing=["in_latest"]), "active", 0, "pending", 30, "ended", paid_through=0)


def test_a_payment_under_way_does_not_undo_an_end_by_dunning() -> None:
    ended = subscription(status="canceled", ended_at=2, reason="payment_failed")
    expect(facts(ended, invoice("open"), processing=["in_latest"]), "ending", 0, "ended", paid_through=0)


def test_an_end_by_dunning_with_the_invoice_paid_afterwards_keeps_the_period() -> None:
    ended = subscription(status="canceled", ended_at=20, reason="payment_failed")
    expect(facts(ended, invoice("paid")), "ending", 30, "ended", paid_through=30)


def test_an_end_by_dunning_whose_invoice_was_not_seen_is_not_trusted() -> None:
    ended = subscription(status="canceled", ended_at=20, reason="payment_failed")
    expect(facts(ended), "ending", 0, "ended", paid_through=0)


def test_a_cancel_whose_invoice_was_not_seen_keeps_its_time() -> None:
    ended = subscription(status="canceled", ended_at=20, reason="cancellation_requested")
    expect(facts(ended), "ending", 30, "ended", paid_through=30)


def test_cancel_at_before_the_periods_end_keeps_paid_time() -> None:
    expect(facts(subscription(cancel_at=20), invoice()), "ending", 30, "ended", paid_through=30)


def test_cancel_at_in_a_later_period_still_renews() -> None:
    known = facts(subscription(cancel_at=45), invoice())
    expect(known, "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_ended_at_counts_before_cancel_at() -> None:
    known = facts(subscription(status="canceled", cancel_at=60, ended_at=30), invoice())
    expect(known, "ending", 30, "ended", paid_through=30)


def test_a_scheduled_end_leaves_the_grace_of_an_unpaid_period_but_not_beyond_its_end() -> None:
    short = subscription(item(0, 1), cancel_at_period_end=True)
    expect(facts(subscription(cancel_at=30), invoice("open")), "active", 0, "grace", 3, "ended", paid_through=0)
    expect(facts(short, invoice("open", line(0, 1))), "active", 0, "grace", 1, "ended", paid_through=0)


def test_a_draft_of_a_subscription_that_will_end_waits_no_longer_than_the_period() -> None:
    known = facts(subscription(cancel_at_period_end=True), invoice("draft"))
    expect(known, "active", 0, "pending", 30, "ended", paid_through=0)


@pytest.mark.parametrize("status", ["past_due", "unpaid"])
def test_a_draft_of_an_overdue_subscription_is_no_payment_on_its_way(status: str) -> None:
    known = facts(subscription(status=status), invoice("draft"))
    expect(known, "active", 0, "grace", 3, "unpaid", paid_through=0, renews_at=30)


@pytest.mark.parametrize("status", ["active", "past_due", "unpaid"])
@pytest.mark.parametrize("renewal", ["draft", "open"])
def test_a_renewal_gives_no_new_grace_for_an_old_debt(status: str, renewal: str) -> None:
    debt = invoice("open", line(0, 30), id="in_debt")
    known = facts(subscription(item(30, 60), status=status), debt, invoice(renewal, line(30, 60)))
    expect(known, "active", 0, "grace", 3, "unpaid", paid_through=0, renews_at=60)


def test_an_old_debt_does_not_matter_once_the_current_period_is_paid() -> None:
    debt = invoice("uncollectible", line(0, 30), id="in_debt")
    known = facts(subscription(item(30, 60)), debt, invoice("paid", line(30, 60)))
    expect(known, "active", 60, "unconfirmed", 63, "unpaid", paid_through=60, renews_at=60)


def test_an_earlier_invoice_that_is_not_due_yet_is_no_debt() -> None:
    sent: dict[str, Any] = {"collection_method": "send_invoice", "attempted": False}
    earlier = invoice("open", line(0, 30), id="in_earlier", due_date=epoch(60), **sent)
    known = facts(subscription(item(30, 60)), earlier, invoice("draft", line(30, 60), **sent))
    expect(known, "active", 0, "pending", 60, "unconfirmed", 63, "unpaid", paid_through=0, renews_at=60)


def test_a_paid_invoice_overrides_a_stale_incomplete() -> None:
    known = facts(subscription(status="incomplete"), invoice(billing_reason="subscription_create"))
    expect(known, "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_a_paid_first_period_after_a_stale_trialing_counts() -> None:
    stale = subscription(item(14, 44), status="trialing", trial_end=14)
    known = facts(stale, invoice("paid", line(14, 44)))
    expect(known, "active", 44, "unconfirmed", 47, "unpaid", paid_through=44, renews_at=44)


def test_a_trial_whose_end_is_scheduled_after_it_goes_on() -> None:
    known = facts(subscription(item(0, 14), status="trialing", trial_end=14, cancel_at=44))
    expect(known, "trial", 14, "unconfirmed", 17, "unpaid", paid_through=14, renews_at=14)


def test_a_trial_that_ended_for_want_of_a_payment_method_ends_with_the_trial() -> None:
    ended = subscription(item(0, 14), status="canceled", trial_end=14, ended_at=14)
    expect(facts(ended, invoice("paid", line(0, 14))), "ending", 14, "ended", paid_through=14)


def test_a_paid_period_after_a_trial_survives_an_immediate_cancel() -> None:
    ended = subscription(item(14, 44), status="canceled", trial_end=14, ended_at=20, reason="cancellation_requested")
    expect(facts(ended, invoice("paid", line(14, 44))), "ending", 44, "ended", paid_through=44)


def test_while_stripe_cannot_be_asked_a_renewing_subscription_is_held() -> None:
    held = facts(subscription(), invoice(), held_until=day(35))
    expect(held, "active", 30, "unconfirmed", 35, "unpaid", paid_through=30, renews_at=30)
    failing = facts(subscription(status="past_due"), invoice("open"), held_until=day(4))
    expect(failing, "active", 0, "grace", 3, "unconfirmed", 4, "unpaid", paid_through=0, renews_at=30)


def test_what_is_over_or_given_up_is_not_held() -> None:
    over = facts(subscription(cancel_at_period_end=True), invoice(), held_until=day(35))
    expect(over, "ending", 30, "ended", paid_through=30)
    scheduled = facts(subscription(cancel_at_period_end=True), invoice("draft"), held_until=day(35))
    expect(scheduled, "active", 0, "pending", 30, "ended", paid_through=0)
    lost = facts(subscription(), invoice("void"), held_until=day(35))
    expect(lost, "active", 0, "unpaid", paid_through=0, renews_at=30)
    early = facts(subscription(), invoice(), held_until=day(31))
    expect(early, "active", 30, "unconfirmed", 33, "unpaid", paid_through=30, renews_at=30)


def test_a_user_without_subscriptions() -> None:
    said = answer((), day(0))
    assert (said.entitled, said.until, said.reason, said.products) == (False, None, Reason.NO_SUBSCRIPTION, ())


def test_a_subscription_without_items_gives_nothing() -> None:
    body = subscription()
    body["items"] = None
    assert answer(timelines(facts(body), grace=GRACE), day(0)).reason is Reason.NO_SUBSCRIPTION


def test_without_a_grace_a_renewal_still_has_the_time_to_be_looked_up() -> None:
    (timeline,) = timelines(facts(subscription(), invoice()), grace=SECOND * 0)
    assert [(segment.reason, segment.until) for segment in timeline.segments] == [
        (Reason.ACTIVE, day(30)),
        (Reason.UNCONFIRMED, day(30) + TO_ASK),
        (Reason.UNPAID, None),
    ]


def test_without_a_grace_access_ends_when_stripe_says_that_a_renewal_is_unpaid() -> None:
    (timeline,) = timelines(facts(subscription(status="past_due"), invoice("open")), grace=SECOND * 0)
    assert [segment.reason for segment in timeline.segments] == [Reason.ACTIVE, Reason.UNPAID]
    assert timeline.segments[0].until == day(0)
