"""Repeats the requests that Stripe is not known to have: after an outage, and after we were stopped in the middle."""

from app.billing.cancellation_course import carry_out, put_off
from app.billing.cancellation_intent import claim
from app.billing.context import Context
from app.billing.stripe_rest import answered, while_it_answers
from app.db.cancellation import HeldRequest, OpenRequest, due_requests
from app.logs import log
from app.policy.cancellation_steps import CancelResult


def repeat_due(context: Context, *, limit: int = 50) -> int:
    """Carry out what is due, reading first; returns how many requests were finished. Any number may run at once.

    With Stripe away the rest is as due at the next run.
    """
    with context.db.read() as tx:
        due = due_requests(tx, now=context.clock(), limit=limit)
    finished = 0
    for request in while_it_answers(context, due):
        if take_up(context, request) not in (None, CancelResult.RECORDED):
            answered(context)
            finished += 1
    return finished


def take_up(context: Context, request: OpenRequest) -> CancelResult | None:
    """Carry a request out that waits. None if the request could not be claimed, or failed in a way of its own."""
    held: HeldRequest | None = None
    try:
        with context.db.write() as tx:
            held = claim(tx, request.id, request.subscription, now=context.clock())
        return carry_out(context, held).result if held else None
    except Exception as error:  # noqa: BLE001 - one bad request must not stop the rest
        log.error("cancellation_failed", request=request.id, subscription=request.subscription, error=repr(error))
        if held is not None:
            put_off(context, held, error)
        return None
