"""Customers end a subscription with its billing cycle, or let it go on after all."""

from app.billing.cancellation_course import carry_out
from app.billing.cancellation_intent import Wish, intend
from app.billing.cancellation_outcome import CancelOutcome
from app.billing.cancellation_repeat import repeat_due
from app.billing.context import Context
from app.policy.cancellation_steps import Action, CancelResult

__all__ = ["CancelOutcome", "CancelResult", "cancel", "repeat_due", "resume"]


def cancel(context: Context, *, uid: str, subscription: str, actor: str, why: str | None = None) -> CancelOutcome:
    """Schedule the end at the end of the billing cycle. With Stripe away the request is kept, and a job repeats it."""
    return _ask(context, Wish(action=Action.CANCEL, uid=uid, subscription=subscription, actor=actor, why=why))


def resume(context: Context, *, uid: str, subscription: str, actor: str) -> CancelOutcome:
    """Undo a scheduled end before it comes, whoever scheduled it and however Stripe shows it."""
    return _ask(context, Wish(action=Action.RESUME, uid=uid, subscription=subscription, actor=actor))


def _ask(context: Context, wish: Wish) -> CancelOutcome:
    intent = intend(context, wish)
    if intent.held is None:
        return intent.outcome
    return carry_out(context, intent.held, intent.body)
