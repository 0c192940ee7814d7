"""What happens to a subscription: renewal, a failed card, second thoughts, the end."""

from typing import Any

from tests.corpus import billing
from tests.corpus.life import DAY, Life
from tests.corpus.shapes import MONTH, NO_CANCELLATION, Body, items


def renew(life: Life, subscription_id: str) -> None:
    """The period moves at once; the draft is finalized and paid an hour later."""
    subscription = life.objects[subscription_id]
    if subscription["status"] not in ("active", "trialing"):
        return
    old = subscription["items"]["data"][0]
    start, end = old["current_period_end"], old["current_period_end"] + MONTH
    life.now = max(life.now, start) + life.rng.randrange(5)
    moved = items(subscription_id, [{**old, "current_period_start": start, "current_period_end": end}])
    status: Body = {"status": "active"}
    invoice_id = life.new_id("in")
    changed = {**subscription, "latest_invoice": invoice_id}
    customer = life.objects[subscription["customer"]]
    billing.open_invoice(life, changed, customer, start=start, end=end, reason="subscription_cycle")
    life.change(subscription_id, "customer.subscription.updated", items=moved, latest_invoice=invoice_id, **status)
    life.wait(3600)
    billing.finalize(life, invoice_id)
    life.pause()
    pi = billing.attempt(life, invoice_id)
    if life.chance(0.2):
        _miss_payment(life, subscription_id, invoice_id, pi)
    else:
        billing.pay(life, invoice_id, pi)


def change_mind(life: Life, subscription_id: str) -> None:
    """Cancel, perhaps take it back, perhaps cancel again: a rushed life does all of it in one second."""
    if life.objects[subscription_id]["status"] not in ("active", "trialing", "past_due"):
        return
    portal = life.chance(0.4)
    for step in range(life.rng.choice((2, 2, 3)) if life.rushed else life.rng.choice((1, 1, 2))):
        if not life.rushed:
            life.wait(life.rng.randrange(5, 5000))
        if step % 2:
            resume(life, subscription_id)
        else:
            schedule_cancellation(life, subscription_id, portal=portal)


def tinker(life: Life, subscription_id: str) -> None:
    """Note something on the subscription and, in a hurry, order another seat in the same second."""
    subscription = life.objects[subscription_id]
    if subscription["status"] == "canceled":
        return
    note = {**subscription["metadata"], "note": str(life.rng.randrange(100))}
    life.change(subscription_id, "customer.subscription.updated", asked=True, metadata=note)
    life.pause()
    sold = subscription["items"]["data"][0]
    more = items(subscription_id, [{**sold, "quantity": sold["quantity"] + 1}])
    life.change(subscription_id, "customer.subscription.updated", asked=True, items=more)
    if life.rushed and life.chance(0.5):
        back = items(subscription_id, [sold])
        life.change(subscription_id, "customer.subscription.updated", asked=True, items=back)


def schedule_cancellation(life: Life, subscription_id: str, *, portal: bool) -> None:
    end = life.objects[subscription_id]["items"]["data"][0]["current_period_end"]
    changes: dict[str, Any] = {
        "cancel_at": end,
        "cancel_at_period_end": not portal,
        "canceled_at": life.now,
        "cancellation_details": {**NO_CANCELLATION, "reason": "cancellation_requested"},
    }
    life.change(subscription_id, "customer.subscription.updated", asked=True, **changes)


def resume(life: Life, subscription_id: str) -> None:
    changes: dict[str, Any] = {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": NO_CANCELLATION,
    }
    life.change(subscription_id, "customer.subscription.updated", asked=True, **changes)


def end_if_scheduled(life: Life, subscription_id: str) -> None:
    subscription = life.objects[subscription_id]
    if subscription["status"] != "canceled" and subscription["cancel_at"] is not None:
        life.now = max(life.now, subscription["cancel_at"])
        _end(life, subscription_id)
        if life.rushed and life.chance(0.3):
            told = {**life.objects[subscription_id]["cancellation_details"], "feedback": "too_expensive"}
            life.change(subscription_id, "customer.subscription.updated", asked=True, cancellation_details=told)


def _miss_payment(life: Life, subscription_id: str, invoice_id: str, pi: str) -> None:
    """Past due at once; three days later the card works again, or the subscription ends."""
    billing.decline(life, invoice_id, pi, retry_in=3 * DAY)
    life.change(subscription_id, "customer.subscription.updated", status="past_due")
    recovers = life.chance(0.7)
    if not (recovers and life.rushed):
        life.wait(3 * DAY)
    if recovers:
        billing.pay(life, invoice_id, pi)
        life.change(subscription_id, "customer.subscription.updated", status="active")
    else:
        billing.decline(life, invoice_id, pi, retry_in=None)
        life.change(invoice_id, "invoice.marked_uncollectible", status="uncollectible", auto_advance=False)
        _end(life, subscription_id, reason="payment_failed")


def _end(life: Life, subscription_id: str, *, reason: str = "cancellation_requested") -> None:
    old = life.objects[subscription_id]
    details = {**NO_CANCELLATION, "reason": reason}
    ended: Body = {"status": "canceled", "ended_at": life.now, "canceled_at": old["canceled_at"] or life.now}
    life.change(subscription_id, "customer.subscription.deleted", cancellation_details=details, **ended)
