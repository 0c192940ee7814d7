"""What in a document tells who a person is, and the same document without it."""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

ERASED = "erased"
PERSONAL = frozenset(
    {
        "address",
        "billing_details",
        "business_name",
        "client_ip",
        "custom_fields",
        "customer_address",
        "customer_details",
        "customer_email",
        "customer_name",
        "customer_phone",
        "customer_shipping",
        "customer_tax_ids",
        "email",
        "evidence",
        "individual_name",
        "ip",
        "ip_address",
        "name",
        "payer_email",
        "payer_name",
        "phone",
        "receipt_email",
        "shipping",
        "shipping_details",
        "user_agent",
        "verified_email",
        "verified_name",
    }
)
WORDS = frozenset({"detail", "name", "note", "text", "why"})
"""Where our own records keep what people wrote."""

OF_THE_SELLER = frozenset({"coupon", "plan", "price", "product", "promotion_code", "shipping_rate", "tax_rate"})
CUSTOMER = "customer"


def scrub_event(event: Mapping[str, Any], *, salt: bytes, keep: Collection[str]) -> dict[str, Any]:
    """A stored event without its person; what the customer was before a change is told by no `object` of its own."""
    data = event.get("data")
    if not isinstance(data, Mapping):
        return dict(scrub(event, salt=salt, keep=keep))
    shown = data.get("object")
    kind = shown.get("object") if isinstance(shown, Mapping) else None
    parts = {name: scrub(value, salt=salt, keep=keep, kind=kind) for name, value in data.items()}
    return {**event, "data": parts}


def scrub(value: Any, *, salt: bytes, keep: Collection[str], kind: object = None) -> Any:
    """Each personal text becomes a mark: the same for the same text, so that the order of changes stays what it was,
    and without the salt nobody's. The metadata keys `keep` carry the host's ids."""
    if isinstance(value, list):
        return [scrub(each, salt=salt, keep=keep) for each in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("object", kind)
    if kind in OF_THE_SELLER:
        return dict(value)
    personal = PERSONAL | {"description"} if kind == CUSTOMER else PERSONAL
    return {
        name: (
            _kept(each, salt, keep)
            if name == "metadata"
            else _marked(each, salt)
            if name in personal
            else scrub(each, salt=salt, keep=keep)
        )
        for name, each in value.items()
    }


def without_words(value: Any) -> Any:
    """One of our own records without what people wrote in it."""
    if isinstance(value, list):
        return [without_words(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: ERASED if name in WORDS and isinstance(each, str) and each else without_words(each)
        for name, each in value.items()
    }


def _kept(metadata: Any, salt: bytes, keep: Collection[str]) -> Any:
    if not isinstance(metadata, Mapping):
        return metadata
    return {
        name: _marked(each, salt) if name in PERSONAL and name not in keep else each for name, each in metadata.items()
    }


def _marked(value: Any, salt: bytes) -> Any:
    if isinstance(value, Mapping):
        return {name: _marked(each, salt) for name, each in value.items()}
    if isinstance(value, list):
        return [_marked(each, salt) for each in value]
    if not isinstance(value, str) or not value or value.startswith(f"{ERASED}-"):
        return value
    return f"{ERASED}-{blake2b(value.encode(), key=salt, digest_size=6).hexdigest()}"
