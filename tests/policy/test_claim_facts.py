"""From instants and records to the finite facts of a claim: the window, the finding, the delivery."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.policy.claim_facts import ClaimRecord, DeliveryFacts, claim_facts, window_start
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_window import TIME_TO_COMPLETE, claim_deadline, complete_by
from app.policy.duplicate_verdict import Disproof, Disproved, NotYet, Suspect, Suspicion, Unsettled
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import ClaimFacts, Delivery, Finding, OrderNumber, Window
from app.policy.refund_outcome import DecisionReason, Outcome
from tests.policy.billing_bodies import HOUR, NOON
from tests.policy.payment_bodies import at, but, same_order, same_period, twins, verdict_on

CHARGED = at(NOON)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)

RECORD = ClaimRecord(
    reason=ClaimReason.CHARGED_TWICE,
    filed_at=CHARGED + SECOND,
    uid="u-1",
    order_number=OrderNumber.FOUND,
    charged_at=(CHARGED,),
)


def derived(**changes: Any) -> ClaimFacts:
    record = replace(RECORD, **changes)
    return claim_facts(record, now=record.filed_at)


@pytest.mark.parametrize(
    ("after", "window"),
    [(timedelta(0), Window.IN_TIME), (DAY, Window.IN_TIME), (DAY + SECOND, Window.TOO_LATE)],
)
def test_exactly_24_hours_is_in_time(after: timedelta, window: Window) -> None:
    assert derived(filed_at=CHARGED + after).window is window
    assert (CHARGED + after <= claim_deadline(CHARGED)) is (window is Window.IN_TIME)


def test_a_moment_beyond_is_too_late() -> None:
    assert derived(filed_at=CHARGED + DAY + timedelta(microseconds=1)).window is Window.TOO_LATE


def test_of_two_charges_the_later_one_counts() -> None:
    later = CHARGED + timedelta(hours=9)
    assert derived(charged_at=(later, CHARGED), filed_at=later + DAY).window is Window.IN_TIME
    assert derived(charged_at=(later, CHARGED), filed_at=later + DAY + SECOND).window is Window.TOO_LATE


def test_the_verified_pair_itself_tells_its_later_charge() -> None:
    verdict = verdict_on(same_order())
    record = replace(RECORD, verdict=verdict, charged_at=())
    assert window_start(record) == at(NOON + 120)


def test_of_a_hold_the_capture_counts() -> None:
    first, second = same_order()
    captured = but(second, {"charge.balance_transaction": {"id": "txn_2", "created": NOON + 50 * HOUR}})
    verdict = verdict_on((first, captured))
    assert window_start(replace(RECORD, verdict=verdict)) == at(NOON + 50 * HOUR)


def test_for_what_was_not_delivered_the_failure_counts_if_it_came_later() -> None:
    failed = DeliveryFacts(succeeded=False, occurred_at=CHARGED + timedelta(hours=30))
    late = {"filed_at": CHARGED + timedelta(hours=54), "deliveries": (failed,)}
    assert derived(reason=ClaimReason.NOT_DELIVERED, **late).window is Window.IN_TIME
    assert derived(reason=ClaimReason.CHARGED_TWICE, **late).window is Window.TOO_LATE
    early = DeliveryFacts(succeeded=False, occurred_at=CHARGED - timedelta(hours=30))
    assert (
        derived(reason=ClaimReason.NOT_DELIVERED, deliveries=(early,), filed_at=CHARGED + DAY).window is Window.IN_TIME
    )


def test_a_success_after_a_failure_does_not_move_the_window() -> None:
    done = DeliveryFacts(succeeded=True, occurred_at=CHARGED + timedelta(hours=30))
    late = derived(reason=ClaimReason.NOT_DELIVERED, deliveries=(done,), filed_at=CHARGED + timedelta(hours=54))
    assert late.window is Window.TOO_LATE


def test_an_earlier_contact_with_support_counts_and_never_harms() -> None:
    filed = CHARGED + timedelta(hours=40)
    assert derived(filed_at=filed, contacted_at=CHARGED + DAY).window is Window.IN_TIME
    assert derived(filed_at=filed, contacted_at=CHARGED + DAY + SECOND).window is Window.TOO_LATE
    assert derived(filed_at=CHARGED + DAY, contacted_at=filed).window is Window.IN_TIME


def test_without_a_charge_there_is_nothing_to_count_from() -> None:
    assert derived(charged_at=()).window is Window.NOTHING_CHARGED


def test_the_time_to_complete_runs_from_the_filing_and_its_last_instant_counts() -> None:
    last = complete_by(RECORD.filed_at)
    assert last == RECORD.filed_at + TIME_TO_COMPLETE
    assert claim_facts(RECORD, now=last).may_complete is True
    assert claim_facts(RECORD, now=last + SECOND).may_complete is False


def test_a_claim_completed_days_later_keeps_its_filing_time() -> None:
    facts = claim_facts(replace(RECORD, evidence_given=True), now=RECORD.filed_at + timedelta(days=6))
    assert (facts.window, facts.may_complete) == (Window.IN_TIME, True)


@pytest.mark.parametrize(
    ("verdict", "finding"),
    [
        (None, Finding.NO_SECOND_PAYMENT),
        (verdict_on(same_period()), Finding.VERIFIED),
        (verdict_on(twins()), Finding.VERIFIED_TWIN),
        (Disproved(name=Disproof.RENEWAL), Disproof.RENEWAL),
        (Suspicion(why=Suspect.SAME_AMOUNT), Finding.SUSPECTED),
        (Unsettled(why=NotYet.CHECKOUT_OPEN), Finding.UNSETTLED),
    ],
)
def test_the_verdict_becomes_the_finding(verdict: Any, finding: Finding | Disproof) -> None:
    assert derived(verdict=verdict).duplicate is finding


def test_what_does_not_settle_within_a_day_goes_to_a_person() -> None:
    record = replace(RECORD, verdict=Unsettled(why=NotYet.CHECKOUT_OPEN), evidence_given=True)
    waiting = decide_refund(claim_facts(record, now=record.filed_at + DAY - SECOND))
    assert waiting.outcome is Outcome.WAITING
    looked_at = decide_refund(claim_facts(record, now=record.filed_at + DAY))
    assert (looked_at.outcome, looked_at.reason) == (Outcome.REFERRED, DecisionReason.DUPLICATE_SUSPECTED)


@pytest.mark.parametrize(
    ("tries", "delivery"),
    [
        ([], Delivery.NO_RECORD),
        ([False], Delivery.FAILED),
        ([False, True], Delivery.SUCCEEDED),
        ([True, False], Delivery.SUCCEEDED),
    ],
)
def test_one_success_consumes_the_order(tries: list[bool], delivery: Delivery) -> None:
    deliveries = tuple(DeliveryFacts(succeeded=succeeded, occurred_at=CHARGED) for succeeded in tries)
    assert derived(deliveries=deliveries).delivery is delivery


@pytest.mark.parametrize(("uid", "given"), [("u-1", True), (None, False), ("", False), (" ", False)])
def test_a_blank_uid_is_none(uid: str | None, given: bool) -> None:
    assert derived(uid=uid).uid_given is given
