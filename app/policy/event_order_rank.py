"""Where an event's type, or an object's status, stands in the life of the object.

Equal ranks are honest: those two may come in either order, so rank alone must not decide between them.
"""

from app.policy.event_order_entry import Entry

FIRST, LAST, AFTER_ALL = 0, 90, 99

_STEPS: dict[str, list[str]] = {
    "customer.subscription": [
        "trial_will_end",
        "pending_update_applied pending_update_expired",
        "paused resumed",
    ],
    "subscription_schedule": ["expiring", "aborted canceled completed released"],
    "invoice": [
        "finalization_failed",
        "finalized",
        "sent",
        "will_be_due",
        "overdue",
        "payment_attempt_required",
        "payment_action_required",
        "payment_failed",
        "marked_uncollectible",
        "paid payment_succeeded",
        "overpaid",
        "voided",
    ],
    "invoice_payment": ["paid"],
    "payment_intent": [
        "partially_funded",
        "requires_action",
        "processing",
        "payment_failed",
        "amount_capturable_updated",
        "succeeded canceled",
    ],
    "charge": ["pending", "failed succeeded expired", "captured", "refunded"],
    "charge.dispute": ["funds_withdrawn", "closed", "funds_reinstated"],
    "refund": ["failed"],
    "credit_note": ["voided"],
    "checkout.session": ["completed", "async_payment_failed async_payment_succeeded", "expired"],
    "test_helpers.test_clock": ["advancing", "internal_failure ready"],
    "customer": [],
    "product": [],
    "price": [],
}
# `*.updated` has no rank: it happens at any point of a life and carries its own place in `previous_attributes`.
RANKS: dict[str, int] = {
    f"{kind}.{name}": rank
    for kind, steps in _STEPS.items()
    for rank, names in enumerate(["created", *steps])
    for name in names.split()
}

_LIVES: dict[str, list[str]] = {
    "subscription": ["incomplete", "trialing", "active", "past_due", "unpaid paused", "incomplete_expired canceled"],
    "subscription_schedule": ["not_started", "active", "completed canceled released"],
    "invoice": ["draft", "open", "uncollectible", "paid", "void"],
    "invoice_payment": ["open", "paid", "canceled"],
    "payment_intent": [
        "requires_payment_method",
        "requires_confirmation",
        "requires_action",
        "processing",
        "requires_capture",
        "succeeded canceled",
    ],
    "charge": ["pending", "failed", "succeeded"],
    "refund": ["requires_action", "pending", "succeeded", "failed canceled"],
    "dispute": [
        "warning_needs_response",
        "warning_under_review",
        "warning_closed prevented",
        "needs_response",
        "under_review",
        "lost won",
        "appeal_needs_response",
        "appeal_under_review",
    ],
    "credit_note": ["issued", "void"],
    "checkout.session": ["open", "complete expired"],
    "test_helpers.test_clock": ["advancing", "internal_failure ready"],
}
_PLACES: dict[tuple[object, object], int] = {
    (kind, status): place
    for kind, steps in _LIVES.items()
    for place, statuses in enumerate(steps)
    for status in statuses.split()
}


def rank(entry: Entry) -> int | None:
    if entry.is_fetched:
        return AFTER_ALL
    if entry.is_deleted:
        return LAST
    return FIRST if entry.is_created else RANKS.get(entry.type)


def likelihood_of_being_last(entry: Entry) -> tuple[int, int, str]:
    """The order of a best guess: end of life, status, rank, and at last the id, so that it never depends on luck."""
    order = rank(entry)
    final = order if order is not None and order >= LAST else 0
    place = _PLACES.get((entry.body.get("object"), entry.body.get("status")), 0)
    return final, place * 100 + (order or 0), entry.id
