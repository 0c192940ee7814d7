"""Which call to Stripe each step of a cancellation is."""

from collections.abc import Callable, Mapping

from app.billing.cancellation_view import View
from app.policy.cancellation_steps import Step
from app.stripe_gateway import invoices, subscriptions
from app.stripe_gateway.fetching import Fetched, fetch
from app.stripe_gateway.gateway import Gateway


def make(gateway: Gateway, step: Step, view: View, *, key: str) -> Fetched:
    """Make the call; `key` must never have been used before."""
    if step is Step.LOOK_AT_RENEWAL:
        return fetch(gateway, "invoice", _known(view.facts.subscription.latest_invoice))
    if step is Step.RELEASE_SCHEDULE:
        return subscriptions.release_schedule(gateway, _known(view.facts.schedule), key=key)
    if step in _OF_INVOICE:
        return _OF_INVOICE[step](gateway, _renewal(view), key=key)
    return _OF_SUBSCRIPTION[step](gateway, view.held.subscription, key=key)


_OF_INVOICE: Mapping[Step, Callable[..., Fetched]] = {
    Step.STOP_INVOICE: invoices.stop_invoice,
    Step.FINALIZE_INVOICE: invoices.finalize_stopped_invoice,
    Step.VOID_INVOICE: invoices.void_invoice,
}
_OF_SUBSCRIPTION: Mapping[Step, Callable[..., Fetched]] = {
    Step.SCHEDULE_END: subscriptions.schedule_cancellation,
    Step.CLEAR_CANCEL_AT_PERIOD_END: subscriptions.clear_cancel_at_period_end,
    Step.CLEAR_CANCEL_AT: subscriptions.clear_cancel_at,
    Step.CANCEL_NOW: subscriptions.cancel_now,
    Step.PAUSE_COLLECTION: subscriptions.pause_collection,
    Step.RESUME_COLLECTION: subscriptions.resume_collection,
}


def _renewal(view: View) -> str:
    invoice = view.facts.renewal
    return _known(invoice.invoice if invoice else None)


def _known(object_id: str | None) -> str:
    """A step is only decided on when what it changes is known."""
    assert object_id is not None  # noqa: S101 - the decision looked at it
    return object_id
