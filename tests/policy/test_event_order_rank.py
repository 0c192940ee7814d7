"""Events of one second that carry no old values: the life of the object decides."""

import pytest

from app.policy.event_order import FETCHED, Resolution
from tests.policy.one_second import (
    ACTIVE,
    CANCEL,
    ENDING,
    RESUME,
    Body,
    invoice,
    resolved_in_any_order,
    subscription,
    told,
    updated,
)


def test_a_first_invoice_that_is_paid_within_its_second() -> None:
    draft, opened, paid = invoice("draft"), invoice("open"), invoice("paid", attempt_count=1)
    entries = [
        told("invoice.created", draft),
        told("invoice.finalized", opened),
        told("invoice.updated", paid, {"status": "open", "attempt_count": 0}),
        told("invoice.paid", paid),
        told("invoice.payment_succeeded", paid),
    ]
    answer = resolved_in_any_order(entries)
    assert (answer.last.body, answer.resolved, answer.settled) == (paid, True, True)


@pytest.mark.parametrize(
    ("object_name", "told_in_order"),
    [
        (
            "invoice",
            ["invoice.created draft", "invoice.finalized open", "invoice.payment_failed open", "invoice.paid paid"],
        ),
        ("invoice", ["invoice.finalized open", "invoice.marked_uncollectible uncollectible", "invoice.voided void"]),
        ("payment_intent", ["payment_intent.created requires_payment_method", "payment_intent.succeeded succeeded"]),
        (
            "payment_intent",
            ["payment_intent.payment_failed requires_payment_method", "payment_intent.canceled canceled"],
        ),
        ("charge", ["charge.pending pending", "charge.succeeded succeeded", "charge.refunded succeeded"]),
        ("refund", ["refund.created pending", "refund.failed failed"]),
        ("dispute", ["charge.dispute.created needs_response", "charge.dispute.closed lost"]),
        ("checkout.session", ["checkout.session.completed complete", "checkout.session.async_payment_failed complete"]),
        ("credit_note", ["credit_note.created issued", "credit_note.voided void"]),
        ("subscription_schedule", ["subscription_schedule.created active", "subscription_schedule.released released"]),
        (
            "test_helpers.test_clock",
            ["test_helpers.test_clock.advancing advancing", "test_helpers.test_clock.ready ready"],
        ),
        ("product", ["product.created x", "product.deleted x"]),
        ("price", ["price.created x", "price.deleted x"]),
    ],
)
def test_events_without_old_values_follow_the_life_of_the_object(object_name: str, told_in_order: list[str]) -> None:
    entries = []
    for step, (kind, status) in enumerate(line.split() for line in told_in_order):
        entries.append(told(kind, {"id": "x_1", "object": object_name, "status": status, "step": step}))
    assert resolved_in_any_order(entries) == Resolution(last=entries[-1])


def test_two_failures_in_one_second_cannot_be_told_apart() -> None:
    failures = [told("invoice.payment_failed", invoice("open", attempt_count=tries)) for tries in (1, 2)]
    assert not resolved_in_any_order(failures).resolved


def test_pausing_and_resuming_have_no_rank_but_follow_a_chain() -> None:
    paused = told("customer.subscription.paused", subscription("paused"))
    resumed = told("customer.subscription.resumed", ACTIVE)
    assert not resolved_in_any_order([paused, resumed]).resolved
    chain = [updated(subscription("paused"), {"status": "active"}), updated(ACTIVE, {"status": "paused"})]
    assert resolved_in_any_order([paused, resumed, *chain], ACTIVE).last.body == ACTIVE


def test_news_that_repeats_the_state_fits_anywhere() -> None:
    ending_soon = told("customer.subscription.trial_will_end", ACTIVE)
    answer = resolved_in_any_order([ending_soon, CANCEL], ACTIVE)
    assert (answer.last, answer.resolved) == (CANCEL, True)


def test_deletion_is_the_end_even_if_the_body_looks_the_same() -> None:
    customer = {"id": "cus_1", "object": "customer", "name": "Jenny"}
    renamed = told("customer.updated", customer, {"name": "Jen"})
    deleted = told("customer.deleted", customer)
    assert resolved_in_any_order([renamed, deleted]) == Resolution(last=deleted)


@pytest.mark.parametrize("before", [None, ENDING])
def test_a_canceled_subscription_may_still_be_annotated(before: Body | None) -> None:
    deleted = told("customer.subscription.deleted", subscription("canceled", feedback=None))
    annotated = updated(subscription("canceled", feedback="too_expensive"), {"feedback": None})
    assert resolved_in_any_order([deleted, annotated], before).last is annotated


def test_a_fetched_snapshot_is_an_entry_that_rather_saw_the_end() -> None:
    fetched = told(FETCHED, ACTIVE)
    assert resolved_in_any_order([CANCEL, RESUME, fetched]).last.body == ACTIVE


def test_unknown_types_and_statuses_are_ordered_by_their_chain_or_left_open() -> None:
    new, newer = told("invoice.teleported", invoice("beamed")), told("invoice.paid", invoice("paid"))
    assert not resolved_in_any_order([new, newer]).resolved
    landed = told("invoice.updated", invoice("beamed"), {"status": "open"})
    assert resolved_in_any_order([new, landed], invoice("open")).last.body == landed.body
