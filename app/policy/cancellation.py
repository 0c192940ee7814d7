"""Decides the next step of a cancellation or a resumption from what Stripe says now, so that it may stop anywhere."""

from typing import assert_never

from app.policy.cancellation_facts import CancellationFacts, RenewalInvoice
from app.policy.cancellation_steps import Action, CancelResult, Step
from app.policy.standing_steps import step_to_reinstate, step_to_suspend, step_to_terminate

Next = Step | CancelResult


def next_step(action: Action, facts: CancellationFacts) -> Next:
    """The call to make, or how it ended."""
    match action:
        case Action.CANCEL:
            return step_to_cancel(facts)
        case Action.RESUME:
            return step_to_resume(facts)
        case Action.SUSPEND:
            return step_to_suspend(facts)
        case Action.TERMINATE:
            return step_to_terminate(facts)
        case Action.REINSTATE:
            return step_to_reinstate(facts)
    assert_never(action)


def step_to_cancel(facts: CancellationFacts) -> Next:
    if facts.renewed_though_asked_in_time:
        return _step_to_undo_renewal(facts)
    if facts.over:
        return CancelResult.CANCELED_NOW if Step.CANCEL_NOW in facts.done else CancelResult.ALREADY_ENDED
    if facts.incomplete:
        return CancelResult.INCOMPLETE
    if facts.will_not_renew:
        return CancelResult.SCHEDULED if Step.SCHEDULE_END in facts.done else CancelResult.ALREADY_ENDING
    return _step_to_end_with_cycle(facts)


def step_to_resume(facts: CancellationFacts) -> Next:
    if facts.over:
        return CancelResult.ALREADY_ENDED
    if facts.incomplete:
        return CancelResult.INCOMPLETE
    if not facts.will_not_renew:
        return CancelResult.RESUMED if facts.done else CancelResult.NOTHING_TO_RESUME
    if facts.schedule:
        return CancelResult.REFUSED  # its plan ends it; whoever made the plan has to change it
    if facts.subscription.cancel_at_period_end:
        return Step.CLEAR_CANCEL_AT_PERIOD_END
    return Step.CLEAR_CANCEL_AT


def _step_to_end_with_cycle(facts: CancellationFacts) -> Step:
    if facts.schedule:
        return Step.RELEASE_SCHEDULE  # a plan could prolong or change what the customer ends
    cycle_is_over = facts.cycle_end is None or facts.cycle_end <= facts.now
    if facts.subscription.status == "paused" and cycle_is_over:
        return Step.CANCEL_NOW  # a paused subscription starts no cycle whose end could be waited for
    return Step.SCHEDULE_END


def _step_to_undo_renewal(facts: CancellationFacts) -> Next:
    """The customer asked in time: as long as nothing was charged, the new cycle must not be."""
    invoice = facts.renewal
    if invoice is None and facts.subscription.latest_invoice is not None:
        return Step.LOOK_AT_RENEWAL
    if invoice is None:
        return _step_to_end_renewed(facts)
    if not invoice.bills_a_renewal:
        return _step_after_charge(facts)  # which invoice renewed it is not known: better keep than cut paid time
    match invoice.status:
        case "draft":
            return _step_to_undo_draft(facts, invoice)
        case "open" | "uncollectible" if Step.VOID_INVOICE not in facts.refused:
            return Step.VOID_INVOICE
        case "void":
            return _step_to_end_renewed(facts)
        case "paid" if invoice.total <= 0:
            return _step_to_end_renewed(facts)
    return _step_after_charge(facts)


def _step_to_undo_draft(facts: CancellationFacts, invoice: RenewalInvoice) -> Next:
    if invoice.auto_advance:
        return Step.STOP_INVOICE
    if not facts.over:
        return Step.CANCEL_NOW
    # Stripe voids only what is finalized. With nothing due, finalizing would settle it from the customer's credit
    # balance; a stopped draft collects nothing.
    if invoice.amount_due > 0 and Step.FINALIZE_INVOICE not in facts.refused:
        return Step.FINALIZE_INVOICE
    return CancelResult.RENEWAL_STOPPED


def _step_to_end_renewed(facts: CancellationFacts) -> Next:
    return CancelResult.RENEWAL_STOPPED if facts.over else Step.CANCEL_NOW


def _step_after_charge(facts: CancellationFacts) -> Next:
    """The new cycle is paid for and stays; it is the last."""
    if facts.over or facts.will_not_renew:
        return CancelResult.RENEWED_BEFORE_CANCEL
    return _step_to_end_with_cycle(facts)
