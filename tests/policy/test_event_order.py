"""Several changes of one object in one second: the chain of old values decides, and says when it cannot."""

import pytest

from app.policy.event_order import Entry, Resolution, resolve_log, resolve_second
from tests.policy.one_second import (
    ACTIVE,
    CANCEL,
    CANCEL_AGAIN,
    ENDING,
    RESUME,
    Body,
    invoice,
    resolved_in_any_order,
    subscription,
    told,
    updated,
)


def test_a_single_entry_is_the_answer_and_needs_no_state_before_it() -> None:
    assert resolve_second([CANCEL], None) == Resolution(last=CANCEL, resolved=True, settled=True)


def test_a_redelivered_event_counts_once() -> None:
    assert resolve_second([CANCEL, CANCEL], None).last is CANCEL


def test_creation_comes_before_the_update_of_the_same_second() -> None:
    created = told("customer.subscription.created", subscription("incomplete"))
    active = updated(ACTIVE, {"status": "incomplete"})
    assert resolved_in_any_order([created, active]) == Resolution(last=active)


def test_a_creation_that_was_rendered_late_does_not_hide_the_update() -> None:
    created = told("invoice.created", invoice("paid"))
    paid = told("invoice.updated", invoice("paid"), {"status": "open"})
    assert resolved_in_any_order([created, paid]).last.body["status"] == "paid"


@pytest.mark.parametrize(("before", "last"), [(ACTIVE, RESUME), (ENDING, CANCEL)])
def test_cancel_and_resume_in_one_second_end_as_they_began(before: Body, last: Entry) -> None:
    assert resolved_in_any_order([CANCEL, RESUME], before) == Resolution(last=last, settled=False)


def test_cancel_and_resume_after_an_unknown_state_are_unresolved() -> None:
    answer = resolved_in_any_order([CANCEL, RESUME])
    assert not answer.resolved
    assert {entry.id for entry in answer.candidates} == {CANCEL.id, RESUME.id}
    assert answer.why == "several orders fit and end differently"


def test_cancel_resume_cancel_need_no_state_before_them() -> None:
    answer = resolved_in_any_order([CANCEL, RESUME, CANCEL_AGAIN])
    assert (answer.last.body, answer.resolved, answer.settled) == (ENDING, True, True)


def test_two_events_that_tell_of_one_change_agree() -> None:
    assert resolved_in_any_order([CANCEL, CANCEL_AGAIN], ACTIVE).last.body == ENDING


def test_a_flip_after_a_state_that_fits_only_roughly_is_unresolved() -> None:
    answer = resolved_in_any_order([CANCEL, RESUME], subscription("incomplete"))
    assert (answer.last, answer.resolved) == (RESUME, False)


def test_a_missing_step_is_unresolved_and_the_guess_follows_the_longest_chain() -> None:
    one = updated(subscription(step=1), {"step": 0})
    three = updated(subscription(step=3), {"step": 2})
    answer = resolved_in_any_order([one, three], subscription(step=0))
    assert (answer.last, answer.resolved, answer.why) == (three, False, "no order fits")


def test_metadata_that_was_absent_is_null_in_the_old_values() -> None:
    noted = updated(subscription(metadata={"note": "x"}), {"metadata": {"note": None}})
    ending = updated(subscription(metadata={"note": "x"}, cancel_at_period_end=True), {"cancel_at_period_end": False})
    assert resolved_in_any_order([noted, ending], ACTIVE) == Resolution(last=ending)


def test_items_come_back_as_the_whole_old_list() -> None:
    two, three = ({"object": "list", "data": [{"id": "si", "quantity": n}], "total_count": 1} for n in (2, 3))
    more = updated(subscription(items=three), {"items": {"data": two["data"]}})
    ending = updated(subscription(items=three, cancel_at_period_end=True), {"cancel_at_period_end": False})
    assert resolved_in_any_order([more, ending], subscription(items=two)).last is ending


def test_links_that_are_rendered_anew_do_not_break_a_chain() -> None:
    opened = told("invoice.finalized", invoice("open", hosted_invoice_url="https://one"))
    paid = told("invoice.updated", invoice("paid", hosted_invoice_url="https://two"), {"status": "open"})
    sent = told("invoice.sent", invoice("open", hosted_invoice_url="https://three"))
    assert resolved_in_any_order([opened, paid, sent], invoice("draft")).last is paid


def test_a_long_chain_is_followed_and_a_tangle_is_left_open() -> None:
    chain = [updated(subscription(step=n + 1), {"step": n}) for n in range(20)]
    assert resolve_second(chain[::-1], None).last is chain[-1]
    tangle = [told("invoice.teleported", invoice("open", step=n)) for n in range(20)]
    assert resolve_second(tangle, None).why == "too many orders to try"
    heap = [told("invoice.teleported", invoice("open", step=n)) for n in range(50)]
    assert resolve_second(heap, None).why == "too many changes in one second"


def test_a_log_resolves_each_second_from_the_one_before() -> None:
    later = [updated(ENDING, CANCEL.previous or {}, at=200), updated(ACTIVE, RESUME.previous or {}, at=200)]
    answer = resolve_log([*later, CANCEL, RESUME, told("customer.subscription.created", ACTIVE, at=99)])
    assert (answer.last, answer.resolved) == (later[1], True)


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(ValueError, match="empty log"):
        resolve_log([])


def test_what_changes_without_a_word_does_not_put_a_creation_behind_its_updates() -> None:
    """An invoice moves its customer's next number on, and no event tells of it."""
    new: Body = {"id": "cus_1", "object": "customer", "currency": None, "metadata": {}, "next_invoice_sequence": 1}
    billed = new | {"currency": "usd"}
    named = billed | {"metadata": {"uid": "ada"}, "next_invoice_sequence": 2}
    created = told("customer.created", new)
    first = told("customer.updated", billed, {"currency": None})
    last = told("customer.updated", named, {"metadata": {"uid": None}})
    assert resolved_in_any_order([created, first, last]).last is last
