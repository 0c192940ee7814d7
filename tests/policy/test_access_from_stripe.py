"""Reading Stripe's bodies: missing, null and present variants of the same fact, and what is new to us."""

from typing import Any

import pytest

from app.policy.access_from_stripe import bills_subscription, invoice_facts, subscription_facts
from tests.policy.access_bodies import day, epoch, invoice, item, subscription


def test_a_subscription_as_stripe_sends_it() -> None:
    body = subscription(
        item(0, 30, metered=True),
        status="paused",
        trial_end=-1,
        cancel_at=30,
        canceled_at=5,
        cancel_at_period_end=True,
        reason="cancellation_requested",
        pause_collection={"behavior": "void", "resumes_at": epoch(20)},
        status_details={"paused": {"type": "subscription", "transitioned_at": epoch(10)}},
    )
    read = subscription_facts(body)
    assert (read.subscription, read.status, read.latest_invoice) == ("sub_1", "paused", "in_latest")
    assert (read.started_at, read.trial_end, read.ended_at) == (day(0), day(-1), None)
    assert (read.cancel_at, read.canceled_at, read.cancel_at_period_end) == (day(30), day(5), True)
    assert (read.cancellation_reason, read.pause_collection) == ("cancellation_requested", "void")
    assert (read.pause_resumes_at, read.paused_at) == (day(20), day(10))
    (only,) = read.items
    assert (only.item, only.product, only.price, only.lookup_key) == ("si_pro", "prod_pro", "price_pro", "pro")
    assert (only.period_start, only.period_end, only.metered) == (day(0), day(30), True)


@pytest.mark.parametrize("details", [None, {}, {"paused": None}, {"paused": {}}, {"paused": {"transitioned_at": None}}])
def test_no_pause_in_any_rendering(details: Any) -> None:
    assert subscription_facts(subscription(status_details=details)).paused_at is None
    assert subscription_facts(subscription()).paused_at is None


def test_expanded_references() -> None:
    body = subscription(latest_invoice={"id": "in_9", "object": "invoice"})
    body["items"]["data"][0]["price"]["product"] = {"id": "prod_9", "object": "product"}
    read = subscription_facts(body)
    assert (read.latest_invoice, read.items[0].product) == ("in_9", "prod_9")


def test_an_invoice_as_stripe_sends_it() -> None:
    became = {"paid_at": epoch(1), "voided_at": epoch(2), "marked_uncollectible_at": epoch(3), "finalized_at": None}
    body = invoice(
        "uncollectible",
        due_date=epoch(14),
        collection_method="send_invoice",
        status_transitions=became,
        status_details={"uncollectible": {"reason": "user_forgiven"}},
    )
    read = invoice_facts(body, payment_processing=True, money_gone=True)
    assert (read.invoice, read.status, read.created) == ("in_latest", "uncollectible", day(0))
    assert (read.billing_reason, read.collection_method) == ("subscription_cycle", "send_invoice")
    assert (read.due_date, read.attempted) == (day(14), True)
    assert (read.paid_at, read.voided_at, read.marked_uncollectible_at) == (day(1), day(2), day(3))
    assert (read.uncollectible_reason, read.payment_processing, read.money_left_back) == ("user_forgiven", True, True)
    (only,) = read.lines
    assert (only.item, only.proration, only.start, only.end) == ("si_pro", False, day(0), day(30))


def test_a_line_of_an_invoice_item_belongs_to_no_item() -> None:
    body = invoice()
    body["lines"]["data"][0]["parent"] = {"type": "invoice_item_details", "subscription_item_details": None}
    assert invoice_facts(body).lines[0].item is None


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ({"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}}, "sub_1"),
        ({"type": "subscription_details", "subscription_details": {"subscription": {"id": "sub_2"}}}, "sub_2"),
        ({"type": "quote_details", "subscription_details": None}, None),
        (None, None),
    ],
)
def test_the_subscription_that_an_invoice_bills(parent: Any, expected: str | None) -> None:
    assert bills_subscription({"parent": parent}) == expected


def test_an_invoice_made_by_hand_bills_no_subscription() -> None:
    assert bills_subscription({}) is None


@pytest.mark.parametrize("instant", [None, "", "soon", True, -5, 10**18, 1.5, []])
def test_an_instant_that_is_none_is_left_out(instant: Any) -> None:
    body = subscription()
    body["cancel_at"] = instant
    assert subscription_facts(body).cancel_at is None


@pytest.mark.parametrize("part", [None, "text", 7, [], {}, [None, 3], {"data": None}, {"data": [None, "x", {}]}])
def test_a_body_of_another_shape_does_not_crash(part: Any) -> None:
    for name in subscription():
        subscription_facts(subscription() | {name: part})
    for name in invoice():
        invoice_facts(invoice() | {name: part})
        bills_subscription(invoice() | {name: part})
    subscription_facts({})
    invoice_facts({})


def test_an_unknown_status_is_kept_as_it_came() -> None:
    assert subscription_facts(subscription(status="hibernating")).status == "hibernating"
    assert invoice_facts(invoice("shredded")).status == "shredded"
