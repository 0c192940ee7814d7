"""Which call to Stripe each step of a cancellation is."""

from typing import assert_never

from app.billing.cancellation_view import View
from app.policy.cancellation_steps import Step
from app.stripe_gateway import invoices, subscriptions
from app.stripe_gateway.fetching import Fetched, fetch
from app.stripe_gateway.gateway import Gateway


def make(gateway: Gateway, step: Step, view: View, *, key: str) -> Fetched:
    """Make the call; `key` must never have been used before."""
    match step:
        case Step.LOOK_AT_RENEWAL:
            return fetch(gateway, "invoice", _known(view.facts.subscription.latest_invoice))
        case Step.STOP_INVOICE:
            return invoices.stop_invoice(gateway, _renewal(view), key=key)
        case Step.FINALIZE_INVOICE:
            return invoices.finalize_stopped_invoice(gateway, _renewal(view), key=key)
        case Step.VOID_INVOICE:
            return invoices.void_invoice(gateway, _renewal(view), key=key)
        case Step.RELEASE_SCHEDULE:
            return subscriptions.release_schedule(gateway, _known(view.facts.schedule), key=key)
        case Step.SCHEDULE_END:
            return subscriptions.schedule_cancellation(gateway, view.held.subscription, key=key)
        case Step.CLEAR_CANCEL_AT_PERIOD_END:
            return subscriptions.clear_cancel_at_period_end(gateway, view.held.subscription, key=key)
        case Step.CLEAR_CANCEL_AT:
            return subscriptions.clear_cancel_at(gateway, view.held.subscription, key=key)
        case Step.CANCEL_NOW:
            return subscriptions.cancel_now(gateway, view.held.subscription, key=key)
    assert_never(step)


def _renewal(view: View) -> str:
    invoice = view.facts.renewal
    return _known(invoice.invoice if invoice else None)


def _known(object_id: str | None) -> str:
    """A step is only decided on when what it changes is known."""
    assert object_id is not None  # noqa: S101 - the decision looked at it
    return object_id
