"""Changes of a subscription's end and of its collection. No call here prorates, and each says so."""

from stripe.params import SubscriptionUpdateParams

from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.fetching import change
from app.stripe_gateway.gateway import Gateway


def schedule_cancellation(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    """End it with its billing cycle. (No `payment_behavior`: it could park the change until a payment.)"""
    return _update(gateway, subscription, {"cancel_at_period_end": True}, key=key)


def clear_cancel_at_period_end(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    return _update(gateway, subscription, {"cancel_at_period_end": False}, key=key)


def clear_cancel_at(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    """The end that the customer portal sets. Stripe takes it and the boolean only in calls of their own."""
    return _update(gateway, subscription, {"cancel_at": ""}, key=key)


def cancel_now(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    """End it at once, without credit and without a last invoice."""
    cancel = gateway.client.v1.subscriptions.cancel
    return change(
        gateway,
        "subscription",
        lambda: cancel(subscription, {"prorate": False, "invoice_now": False}, {"idempotency_key": key}),
    )


def pause_collection(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    """Void every invoice from now on: nothing is collected, now or later, for the time until collection resumes."""
    return _update(gateway, subscription, {"pause_collection": {"behavior": "void"}}, key=key)


def resume_collection(gateway: Gateway, subscription: str, *, key: str) -> Fetched:
    return _update(gateway, subscription, {"pause_collection": ""}, key=key)


def release_schedule(gateway: Gateway, schedule: str, *, key: str) -> Fetched:
    """Let the subscription go on without its planned changes, but with the end that the plan gave it, if any."""
    release = gateway.client.v1.subscription_schedules.release
    return change(
        gateway,
        "subscription_schedule",
        lambda: release(schedule, {"preserve_cancel_date": True}, {"idempotency_key": key}),
    )


def _update(gateway: Gateway, subscription: str, changes: SubscriptionUpdateParams, *, key: str) -> Fetched:
    update = gateway.client.v1.subscriptions.update
    changes["proration_behavior"] = "none"
    return change(gateway, "subscription", lambda: update(subscription, changes, {"idempotency_key": key}))
