"""Every step of a cancellation and of a resumption, by what Stripe says."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.policy.cancellation import next_step
from app.policy.cancellation_facts import CancellationFacts, RenewalInvoice, cancellation_facts, renewal_invoice
from app.policy.cancellation_steps import Action, CancelResult, Step
from app.policy.instants import from_epoch

DAY = timedelta(days=1)
START = from_epoch(1793880000)
END = START + 30 * DAY
NEXT_END = END + 30 * DAY
RENEWAL = RenewalInvoice(
    invoice="in_2", status="draft", billing_reason="subscription_cycle", auto_advance=True, total=2000, amount_due=2000
)


def facts(**changes: Any) -> CancellationFacts:
    """A subscription in its first cycle, asked about on its first day."""
    own = {name: changes.pop(name) for name in ("schedule", "renewal", "done", "refused") if name in changes}
    body = {"id": "sub_1", "status": "active", "latest_invoice": "in_1", "items": [(START, END)]} | changes
    periods = [
        {
            "id": f"si_{number}",
            "current_period_start": int(start.timestamp()),
            "current_period_end": int(end.timestamp()),
        }
        for number, (start, end) in enumerate(body["items"])
    ]
    written = {"items": {"data": periods}, "schedule": own.pop("schedule", None)}
    for name in ("cancel_at", "ended_at"):
        if name in body:
            written[name] = int(body[name].timestamp())
    asked_at = START + DAY
    made = cancellation_facts(body | written, now=asked_at, asked_at=asked_at, found_period_end=END)
    return replace(made, **own)


def renewed(**changes: Any) -> CancellationFacts:
    """The customer asked on the first day, and the next cycle has begun."""
    return facts(**({"items": [(END, NEXT_END)], "latest_invoice": "in_2", "renewal": RENEWAL} | changes))


def bill(**changes: Any) -> RenewalInvoice:
    return replace(RENEWAL, **changes)


STOPPED = bill(auto_advance=False)


CANCEL: list[tuple[str, CancellationFacts, Step | CancelResult]] = [
    ("active", facts(), Step.SCHEDULE_END),
    ("trialing", facts(status="trialing"), Step.SCHEDULE_END),
    ("past due", facts(status="past_due"), Step.SCHEDULE_END),
    ("unpaid", facts(status="unpaid"), Step.SCHEDULE_END),
    ("a status that we do not know", facts(status="hibernating"), Step.SCHEDULE_END),
    ("a body that says nothing", facts(items=[], latest_invoice=None), Step.SCHEDULE_END),
    ("paused within its cycle", facts(status="paused"), Step.SCHEDULE_END),
    ("paused, its cycle over", facts(status="paused", items=[(START, START + DAY)]), Step.CANCEL_NOW),
    ("paused, no cycle told", facts(status="paused", items=[]), Step.CANCEL_NOW),
    ("canceled now", facts(status="canceled", done=frozenset({Step.CANCEL_NOW})), CancelResult.CANCELED_NOW),
    ("canceled", facts(status="canceled"), CancelResult.ALREADY_ENDED),
    ("ended", facts(ended_at=END), CancelResult.ALREADY_ENDED),
    ("expired", facts(status="incomplete_expired"), CancelResult.ALREADY_ENDED),
    ("never paid", facts(status="incomplete"), CancelResult.INCOMPLETE),
    ("flagged", facts(cancel_at_period_end=True), CancelResult.ALREADY_ENDING),
    ("canceled in the portal", facts(cancel_at=END), CancelResult.ALREADY_ENDING),
    ("ends within the cycle", facts(cancel_at=END - DAY), CancelResult.ALREADY_ENDING),
    ("ends a second after the cycle", facts(cancel_at=END + timedelta(seconds=1)), Step.SCHEDULE_END),
    ("a fixed term", facts(cancel_at=END + 300 * DAY), Step.SCHEDULE_END),
    ("flagged in a fixed term",
     facts(cancel_at=END + 300 * DAY, cancel_at_period_end=True), CancelResult.ALREADY_ENDING),
    ("scheduled by us", facts(cancel_at_period_end=True, done=frozenset({Step.SCHEDULE_END})), CancelResult.SCHEDULED),
    ("ends with the last item",
     facts(items=[(START, END), (START, NEXT_END)], cancel_at=NEXT_END), CancelResult.ALREADY_ENDING),
    ("planned", facts(schedule="sub_sched_1"), Step.RELEASE_SCHEDULE),
    ("planned to end with the cycle", facts(schedule="sub_sched_1", cancel_at=END), CancelResult.ALREADY_ENDING),
    ("planned, expanded", facts(schedule={"id": "sub_sched_1"}), Step.RELEASE_SCHEDULE),
    ("renewed, invoice not looked at", renewed(renewal=None), Step.LOOK_AT_RENEWAL),
    ("renewed without an invoice", renewed(renewal=None, latest_invoice=None), Step.CANCEL_NOW),
    ("renewed, a draft on its way", renewed(), Step.STOP_INVOICE),
    ("renewed, a stopped draft", renewed(renewal=STOPPED), Step.CANCEL_NOW),
    ("over, a draft on its way", renewed(status="canceled"), Step.STOP_INVOICE),
    ("over, a stopped draft", renewed(status="canceled", renewal=STOPPED), Step.FINALIZE_INVOICE),
    ("over, a stopped draft of nothing",
     renewed(status="canceled", renewal=replace(STOPPED, amount_due=0)), CancelResult.RENEWAL_STOPPED),
    ("over, a stopped draft that cannot be finalized",
     renewed(status="canceled", renewal=STOPPED, refused=frozenset({Step.FINALIZE_INVOICE})),
     CancelResult.RENEWAL_STOPPED),
    ("over, the invoice open", renewed(status="canceled", renewal=bill(status="open")), Step.VOID_INVOICE),
    ("over, the invoice void", renewed(status="canceled", renewal=bill(status="void")), CancelResult.RENEWAL_STOPPED),
    ("renewed, open", renewed(renewal=bill(status="open")), Step.VOID_INVOICE),
    ("renewed, uncollectible", renewed(renewal=bill(status="uncollectible")), Step.VOID_INVOICE),
    ("renewed, open, being paid",
     renewed(renewal=bill(status="open"), refused=frozenset({Step.VOID_INVOICE})), Step.SCHEDULE_END),
    ("renewed, void", renewed(renewal=bill(status="void")), Step.CANCEL_NOW),
    ("renewed for nothing", renewed(renewal=bill(status="paid", total=0)), Step.CANCEL_NOW),
    ("renewed and charged", renewed(renewal=bill(status="paid")), Step.SCHEDULE_END),
    ("renewed, charged, planned", renewed(renewal=bill(status="paid"), schedule="sub_sched_1"), Step.RELEASE_SCHEDULE),
    ("renewed, charged, ending",
     renewed(renewal=bill(status="paid"), cancel_at_period_end=True), CancelResult.RENEWED_BEFORE_CANCEL),
    ("renewed, charged, over",
     renewed(renewal=bill(status="paid"), status="canceled"), CancelResult.RENEWED_BEFORE_CANCEL),
    ("renewed, billed by who knows what",
     renewed(renewal=bill(billing_reason="subscription_update")), Step.SCHEDULE_END),
    ("renewed, a status that we do not know", renewed(renewal=bill(status="pondering")), Step.SCHEDULE_END),
    ("renewed though scheduled, a draft", renewed(cancel_at_period_end=True), Step.STOP_INVOICE),
    ("one of two items renewed", renewed(items=[(START, NEXT_END), (END, NEXT_END)]), Step.STOP_INVOICE),
]  # fmt: skip

RESUME: list[tuple[str, CancellationFacts, Step | CancelResult]] = [
    ("canceled", facts(status="canceled", cancel_at_period_end=True), CancelResult.ALREADY_ENDED),
    ("never paid", facts(status="incomplete"), CancelResult.INCOMPLETE),
    ("goes on", facts(), CancelResult.NOTHING_TO_RESUME),
    ("a fixed term", facts(cancel_at=END + 300 * DAY), CancelResult.NOTHING_TO_RESUME),
    ("flagged", facts(cancel_at_period_end=True), Step.CLEAR_CANCEL_AT_PERIOD_END),
    ("flagged, with its instant", facts(cancel_at_period_end=True, cancel_at=END), Step.CLEAR_CANCEL_AT_PERIOD_END),
    ("canceled in the portal", facts(cancel_at=END), Step.CLEAR_CANCEL_AT),
    ("the instant is left",
     facts(cancel_at=END, done=frozenset({Step.CLEAR_CANCEL_AT_PERIOD_END})), Step.CLEAR_CANCEL_AT),
    ("cleared", facts(done=frozenset({Step.CLEAR_CANCEL_AT})), CancelResult.RESUMED),
    ("ended by its plan", facts(schedule="sub_sched_1", cancel_at=END), CancelResult.REFUSED),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in CANCEL], ids=[row[0] for row in CANCEL])
def test_what_comes_next_when_canceling(found: CancellationFacts, expected: Step | CancelResult) -> None:
    assert next_step(Action.CANCEL, found) is expected


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in RESUME], ids=[row[0] for row in RESUME])
def test_what_comes_next_when_resuming(found: CancellationFacts, expected: Step | CancelResult) -> None:
    assert next_step(Action.RESUME, found) is expected


@pytest.mark.parametrize(
    ("ahead", "in_time"), [(timedelta(seconds=1), True), (timedelta(0), False), (-timedelta(seconds=1), False)]
)
def test_in_time_is_before_the_end_of_the_cycle(ahead: timedelta, in_time: bool) -> None:
    asked = replace(renewed(), asked_at=END - ahead)
    assert asked.renewed_though_asked_in_time is in_time
    assert (next_step(Action.CANCEL, asked) is Step.STOP_INVOICE) is in_time


def test_a_cycle_that_was_moved_is_no_renewal() -> None:
    """A change of plan may begin a new cycle in the middle of the one that the request found."""
    moved = facts(items=[(START + 2 * DAY, START + 32 * DAY)])
    assert not moved.renewed_though_asked_in_time


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, None),
        ({"cancel_at_period_end": True}, END),
        ({"cancel_at": END + DAY}, END + DAY),
        ({"cancel_at": END + DAY, "cancel_at_period_end": True}, END),
        ({"cancel_at": END - DAY, "cancel_at_period_end": True}, END - DAY),
        ({"cancel_at_period_end": True, "items": [(START, NEXT_END), (START, END)]}, END),
        ({"ended_at": START, "cancel_at": END}, START),
        ({"cancel_at_period_end": True, "items": []}, None),
    ],
)
def test_the_end_is_the_earliest_that_stripe_tells(changes: dict[str, Any], end: Any) -> None:
    assert facts(**changes).ends_at == end


def test_an_invoice_is_read_however_little_it_says() -> None:
    assert renewal_invoice({"id": "in_1", "auto_advance": None, "total": None}) == RenewalInvoice(
        invoice="in_1", status="None", billing_reason=None, auto_advance=False, total=0, amount_due=0
    )
