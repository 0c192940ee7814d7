"""Which invoice bills the current period, and whether it is paid."""

from typing import Any

import pytest

from tests.policy.access_bodies import epoch, expect, facts, invoice, item, line, subscription

RENEWING = ("active", 30, "unconfirmed", 33, "unpaid")
LATE = ("active", 0, "grace", 3, "unpaid")


def test_proration_invoices_do_not_count() -> None:
    upgrade = invoice("open", line(10, 30, proration=True), id="in_upgrade", billing_reason="subscription_update")
    expect(facts(subscription(), invoice("paid", id="in_first"), upgrade), *RENEWING, paid_through=30, renews_at=30)


def test_an_update_with_a_line_of_the_current_period_counts() -> None:
    earlier = invoice("paid", line(-365, 0), id="in_yearly")
    switched = invoice("open", line(-100, 0, proration=True), line(), at=0, billing_reason="subscription_update")
    expect(facts(subscription(), earlier, switched), *LATE, paid_through=0, renews_at=30)


def test_the_newest_invoice_of_the_period_wins() -> None:
    first, threshold = invoice("paid", id="in_1"), invoice("open", at=10, billing_reason="subscription_threshold")
    expect(facts(subscription(), first, threshold), *LATE, paid_through=0, renews_at=30)
    expect(facts(subscription(), threshold, first), *LATE, paid_through=0, renews_at=30)


@pytest.mark.parametrize("order", [1, -1])
def test_a_void_invoice_does_not_count_beside_its_replacement(order: int) -> None:
    replaced = invoice("void", id="in_replaced", at=1)
    paid = invoice("paid", id="in_paid")
    known = facts(subscription(), *[replaced, paid][::order])
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_an_uncollectible_invoice_that_was_replaced_does_not_count() -> None:
    known = facts(subscription(), invoice("uncollectible", id="in_1"), invoice("paid", id="in_2", at=5))
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_earlier_periods_do_not_pay_for_this_one() -> None:
    known = facts(subscription(item(30, 60)), invoice("paid"), invoice("uncollectible", line(30, 60)))
    expect(known, "active", 30, "unpaid", paid_through=30, renews_at=60)


def test_a_later_periods_invoice_does_not_bill_this_one() -> None:
    known = facts(subscription(), invoice("paid"), invoice("open", line(30, 60), id="in_next"))
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_a_preview_bills_nothing() -> None:
    known = facts(subscription(), invoice("paid"), invoice("draft", billing_reason="upcoming", id="upcoming_in_1"))
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_what_is_sold_beside_a_subscription_does_not_count() -> None:
    extra = {"object": "line_item", "period": {"start": epoch(0), "end": epoch(1)}, "subscription_item": None}
    known = facts(subscription(), invoice("paid"), invoice("open", extra, at=5, id="in_extra"))
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_a_short_first_period_is_billed_by_its_prorations() -> None:
    first = invoice("open", line(0, 10, proration=True), billing_reason="subscription_create")
    known = facts(subscription(item(0, 10)), first)
    expect(known, "active", 0, "grace", 3, "unpaid", paid_through=0, renews_at=10)


def test_an_invoice_of_zero_is_paid() -> None:
    known = facts(subscription(), invoice("paid", amount_due=0, amount_paid=0, total=0, attempted=False))
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_money_that_left_makes_the_period_unpaid() -> None:
    known = facts(subscription(), invoice("paid"), money_gone=["in_latest"])
    expect(known, "active", 0, "unpaid", paid_through=0, renews_at=30)
    ended = facts(subscription(status="canceled", ended_at=10), invoice("paid"), money_gone=["in_latest"])
    expect(ended, "ending", 0, "ended", paid_through=0)


def test_money_that_left_another_period_cuts_nothing() -> None:
    earlier = invoice("paid", line(-30, 0), id="in_earlier")
    known = facts(subscription(), earlier, invoice("paid"), money_gone=["in_earlier"])
    expect(known, *RENEWING, paid_through=30, renews_at=30)


def test_written_off_by_hand_is_no_gift() -> None:
    sent: dict[str, Any] = {"collection_method": "send_invoice", "attempted": False, "attempt_count": 0}
    known = facts(subscription(), invoice("uncollectible", due_date=epoch(14), **sent))
    expect(known, "active", 0, "unpaid", paid_through=0, renews_at=30)
    forgiven = {"uncollectible": {"reason": "user_forgiven"}}
    known = facts(subscription(), invoice("uncollectible", attempted=False, attempt_count=0, status_details=forgiven))
    expect(known, "active", 0, "unpaid", paid_through=0, renews_at=30)


def test_void_never_pays_even_if_nobody_tried_to_collect() -> None:
    known = facts(subscription(), invoice("void", attempted=False, attempt_count=0))
    expect(known, "active", 0, "unpaid", paid_through=0, renews_at=30)


def test_a_metered_item_goes_by_the_invoice_of_its_periods_start() -> None:
    usage_before = line(-30, 0)
    metered = subscription(item(metered=True))
    expect(facts(metered, invoice("paid", usage_before, at=0)), *RENEWING, paid_through=30, renews_at=30)
    expect(facts(metered, invoice("open", usage_before, at=0)), *LATE, paid_through=0, renews_at=30)


def test_the_bill_for_a_metered_periods_own_usage_is_not_due_in_it() -> None:
    first = invoice("paid", line(), at=0, id="in_first", billing_reason="subscription_create")
    final = invoice("open", line(), at=30, id="in_final")
    ended = subscription(item(metered=True), status="canceled", ended_at=30)
    expect(facts(ended, first, final), "ending", 30, "ended", paid_through=30)


def test_a_metered_debt_is_not_made_good_by_a_renewal() -> None:
    metered = subscription(item(30, 60, metered=True), status="past_due")
    debt, renewal = invoice("open", line(-30, 0), at=0, id="in_debt"), invoice("draft", line(0, 30), at=30)
    expect(facts(metered, debt, renewal), *LATE, paid_through=0, renews_at=60)


def test_an_item_added_in_mid_period_goes_by_the_invoice_of_that_period() -> None:
    swapped = subscription(item(id="si_new"))
    expect(facts(swapped, invoice("paid")), *RENEWING, paid_through=30, renews_at=30)
    expect(facts(swapped, invoice("open")), *LATE, paid_through=0, renews_at=30)


def test_a_line_that_bills_several_periods_ahead_pays_for_each() -> None:
    ahead = invoice("paid", line(0, 90))
    known = facts(subscription(item(30, 60)), ahead)
    expect(known, "active", 60, "unconfirmed", 63, "unpaid", paid_through=60, renews_at=60)


def test_an_unknown_invoice_status_cuts_nothing() -> None:
    known = facts(subscription(), invoice("shredded"))
    expect(known, "active", 0, "pending", 30, "unconfirmed", 33, "unpaid", paid_through=0, renews_at=30)
