"""How our own requests are recognised at Stripe afterwards: by their idempotency keys and by metadata."""

from collections.abc import Mapping
from typing import Any

OUR_KEYS = "paidthrough:"
"""What every idempotency key of ours begins with; an event tells the key of the request that caused it."""

_KEYS = (OUR_KEYS, "paidthrough-")
_METADATA = "paidthrough_"


def is_our_key(idempotency_key: str | None) -> bool:
    return idempotency_key is not None and idempotency_key.startswith(_KEYS)


def has_our_metadata(body: Mapping[str, Any]) -> bool:
    metadata = body.get("metadata")
    return isinstance(metadata, Mapping) and any(str(name).startswith(_METADATA) for name in metadata)
