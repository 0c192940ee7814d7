"""Decides the next step at Stripe after a decision about a user's standing (4.1), from what Stripe says now."""

from app.policy.cancellation_facts import CancellationFacts
from app.policy.cancellation_steps import CancelResult, Step

_STILL_COLLECTS = frozenset({"draft", "open"})


def step_to_suspend(facts: CancellationFacts) -> Step | CancelResult:
    """Stop collecting; the subscription itself stays, so that it can be reinstated."""
    if facts.over:
        return CancelResult.ALREADY_ENDED
    paused = facts.subscription.pause_collection == "void"
    if paused and Step.PAUSE_COLLECTION in facts.done:
        return CancelResult.COLLECTION_PAUSED
    if stop := _step_to_stop_invoice(facts):
        return stop
    if paused and facts.subscription.pause_resumes_at is None:
        return CancelResult.ALREADY_PAUSED
    return Step.PAUSE_COLLECTION


def step_to_terminate(facts: CancellationFacts) -> Step | CancelResult:
    """End it at once, and collect nothing more."""
    if facts.over:
        return CancelResult.CANCELED_NOW if Step.CANCEL_NOW in facts.done else CancelResult.ALREADY_ENDED
    if stop := _step_to_stop_invoice(facts):
        return stop
    if facts.schedule and Step.RELEASE_SCHEDULE not in facts.refused:
        return Step.RELEASE_SCHEDULE
    return Step.CANCEL_NOW


def step_to_reinstate(facts: CancellationFacts) -> Step | CancelResult:
    """Collect again from the next invoice on; what was stopped or voided meanwhile stays so."""
    if facts.over:
        return CancelResult.ALREADY_ENDED
    if facts.subscription.pause_collection is None:
        return CancelResult.RESUMED if Step.RESUME_COLLECTION in facts.done else CancelResult.NOTHING_TO_RESUME
    return Step.RESUME_COLLECTION


def _step_to_stop_invoice(facts: CancellationFacts) -> Step | None:
    """Stripe goes on collecting an invoice that was made before a pause or an end, unless it is told not to."""
    if facts.renewal is None:
        unseen = facts.subscription.latest_invoice is not None and Step.LOOK_AT_RENEWAL not in facts.refused
        return Step.LOOK_AT_RENEWAL if unseen else None
    collects = facts.renewal.status in _STILL_COLLECTS and facts.renewal.auto_advance
    return Step.STOP_INVOICE if collects and Step.STOP_INVOICE not in facts.refused else None
