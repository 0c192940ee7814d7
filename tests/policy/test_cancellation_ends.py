"""From every state that Stripe can show, with any step refused, a request comes to an end, and to the right one."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import product

import pytest

from app.policy.cancellation import next_step
from app.policy.cancellation_facts import CancellationFacts, RenewalInvoice
from app.policy.cancellation_steps import Action, CancelResult, Step
from tests.policy.test_cancellation import END, NEXT_END, START, bill, facts

STATUSES = ("incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused", "?")
CYCLES: tuple[list[tuple[datetime, datetime]], ...] = (
    [(START, END)],
    [(END, NEXT_END)],
    [(START, START + (END - START) / 60)],
    [(START, END), (END, NEXT_END)],
    [],
)
ENDS = (None, END, NEXT_END, NEXT_END + (NEXT_END - START))
INVOICES = (
    None,
    *(bill(status=status) for status in ("draft", "open", "paid", "uncollectible", "void", "?")),
    bill(auto_advance=False),
    bill(amount_due=0),
    bill(status="paid", total=0),
    bill(billing_reason="manual"),
)
MOST_STEPS = 12
ENDED = (CancelResult.ALREADY_ENDED, CancelResult.INCOMPLETE)

State = tuple[CancellationFacts, RenewalInvoice | None]
Course = tuple[CancelResult, CancellationFacts, list[Step]]


@cache
def states() -> list[State]:
    """The facts that a request starts from, and the invoice that a look at the renewal would find."""
    return [
        (_facts(status, cycles, end, flag, plan, invoice), invoice)
        for status, cycles, end, flag, plan, invoice in product(
            STATUSES, CYCLES, ENDS, (False, True), (None, "sub_sched_1"), INVOICES
        )
    ]


@pytest.mark.parametrize("refused", [None, *Step])
def test_every_cancellation_ends_well(refused: Step | None) -> None:
    for found, invoice in states():
        result, left, taken = _follow(Action.CANCEL, found, invoice, refused)
        assert len(taken) == len(set(taken)), (found, taken)
        match result:
            case CancelResult.SCHEDULED | CancelResult.ALREADY_ENDING:
                assert left.will_not_renew
            case CancelResult.RENEWED_BEFORE_CANCEL:
                assert found.renewed_though_asked_in_time
                assert left.over or left.will_not_renew
            case CancelResult.RENEWAL_STOPPED:
                assert left.over
                assert found.renewed_though_asked_in_time
                assert _collects_nothing(left.renewal)
            case CancelResult.CANCELED_NOW:
                assert (found.subscription.status, left.over) == ("paused", True)
            case CancelResult.REFUSED:
                assert refused not in (None, Step.VOID_INVOICE, Step.FINALIZE_INVOICE), "there is a way without it"
            case _:
                assert result in ENDED
                assert not taken
        if found.renewed_though_asked_in_time:
            undone = (CancelResult.RENEWAL_STOPPED, CancelResult.RENEWED_BEFORE_CANCEL, CancelResult.REFUSED)
            assert result in undone


@pytest.mark.parametrize("refused", [None, *Step])
def test_a_subscription_is_never_ended_before_its_paid_time(refused: Step | None) -> None:
    for found, invoice in states():
        taken = _follow(Action.CANCEL, found, invoice, refused)[2]
        if Step.CANCEL_NOW in taken:
            charged = invoice is not None and invoice.status == "paid" and invoice.total > 0
            renewed = found.renewed_though_asked_in_time and not charged
            assert renewed or found.subscription.status == "paused", found
        if Step.VOID_INVOICE in taken or Step.STOP_INVOICE in taken:
            assert found.renewed_though_asked_in_time


@pytest.mark.parametrize("refused", [None, Step.CLEAR_CANCEL_AT, Step.CLEAR_CANCEL_AT_PERIOD_END])
def test_every_resumption_ends_well(refused: Step | None) -> None:
    for found, invoice in states():
        result, left, taken = _follow(Action.RESUME, found, invoice, refused)
        assert set(taken) <= {Step.CLEAR_CANCEL_AT, Step.CLEAR_CANCEL_AT_PERIOD_END}
        match result:
            case CancelResult.RESUMED:
                assert taken
                assert not left.will_not_renew
            case CancelResult.NOTHING_TO_RESUME:
                assert not found.will_not_renew
            case CancelResult.REFUSED:
                assert found.schedule or refused
            case _:
                assert result in ENDED


def _follow(action: Action, found: CancellationFacts, invoice: RenewalInvoice | None, refused: Step | None) -> Course:
    """Play Stripe until it is over; the steps that took effect, looks aside."""
    taken: list[Step] = []
    for _ in range(MOST_STEPS):
        step = next_step(action, found)
        if isinstance(step, CancelResult):
            return step, found, taken
        if step is refused and step in found.refused:
            return CancelResult.REFUSED, found, taken
        if step is refused:
            found = replace(found, refused=found.refused | {step}, renewal=None)
        elif step is Step.LOOK_AT_RENEWAL:
            found = replace(found, renewal=invoice)
        else:
            taken.append(step)
            found = replace(_after(step, found), done=found.done | {step})
            invoice = found.renewal or invoice
    raise AssertionError(f"no end: {taken}")


def _after(step: Step, found: CancellationFacts) -> CancellationFacts:
    told, bill = found.subscription, found.renewal
    match step:
        case Step.RELEASE_SCHEDULE:
            return replace(found, schedule=None)
        case Step.SCHEDULE_END:
            return replace(found, subscription=replace(told, cancel_at_period_end=True))
        case Step.CLEAR_CANCEL_AT_PERIOD_END:
            return replace(found, subscription=replace(told, cancel_at_period_end=False))
        case Step.CLEAR_CANCEL_AT:
            return replace(found, subscription=replace(told, cancel_at=None))
        case Step.CANCEL_NOW:
            return replace(found, subscription=replace(told, status="canceled", ended_at=found.now))
    assert bill is not None, "changes an invoice that it has not looked at"
    match step:
        case Step.STOP_INVOICE:
            return replace(found, renewal=replace(bill, auto_advance=False))
        case Step.FINALIZE_INVOICE:
            assert (bill.status, bill.auto_advance) == ("draft", False)
            return replace(found, renewal=replace(bill, status="open"))
        case _:
            assert bill.status in ("open", "uncollectible"), "Stripe voids nothing else"
            return replace(found, renewal=replace(bill, status="void"))


def _collects_nothing(bill: RenewalInvoice | None) -> bool:
    if bill is None or bill.status == "void":
        return True
    return not bill.auto_advance if bill.status == "draft" else bill.total <= 0


def _facts(
    status: str, cycles: object, end: datetime | None, flag: bool, plan: str | None, invoice: RenewalInvoice | None
) -> CancellationFacts:
    told = {} if end is None else {"cancel_at": end}
    latest = None if invoice is None else invoice.invoice
    return facts(status=status, items=cycles, cancel_at_period_end=flag, schedule=plan, latest_invoice=latest, **told)
