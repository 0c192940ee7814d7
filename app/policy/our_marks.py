"""How our own requests are recognised at Stripe afterwards: by their idempotency keys."""

OUR_KEYS = "paidthrough:"
"""What every idempotency key of ours begins with; an event tells the key of the request that caused it."""

_KEYS = (OUR_KEYS, "paidthrough-")


def is_our_key(idempotency_key: str | None) -> bool:
    return idempotency_key is not None and idempotency_key.startswith(_KEYS)
