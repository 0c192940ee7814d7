"""What in a document tells who a person is, and the same document without it."""

import re
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any

ERASED = "erased"
PERSONAL = frozenset(
    {
        "account_holder_name",
        "address",
        "billing_details",
        "business_name",
        "client_ip",
        "comment",
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
BOOKED = frozenset({"description", "footer", "memo", "statement_descriptor", "statement_descriptor_suffix"})
"""Says what was sold, and stays for the books; who bought it is taken out of it."""

NAMES = frozenset({name for name in PERSONAL if name.endswith(("name", "email", "phone"))} | {"line1", "line2"})
SHORTEST = 4  # what is shorter tells nobody apart, and stands in too many words


def scrub_event(
    event: Mapping[str, Any], *, salt: bytes, keep: Collection[str], known: re.Pattern[str] | None = None
) -> dict[str, Any]:
    """A stored event without its person; what the customer was before a change is told by no `object` of its own."""
    data = event.get("data")
    if not isinstance(data, Mapping):
        return dict(scrub(event, salt=salt, keep=keep, known=known))
    shown = data.get("object")
    kind = shown.get("object") if isinstance(shown, Mapping) else None
    parts = {name: scrub(value, salt=salt, keep=keep, known=known, kind=kind) for name, value in data.items()}
    return {**event, "data": parts}


def told_by(value: Any, *, keep: Collection[str]) -> Iterator[str]:
    """The names and addresses by which a document tells who the person is."""
    if isinstance(value, list):
        for each in value:
            yield from told_by(each, keep=keep)
    if not isinstance(value, Mapping) or str(value.get("object")) in OF_THE_SELLER:  # an event's is a document
        return
    for name, each in value.items():
        if isinstance(each, str):
            if name in NAMES and name not in keep and not each.startswith(f"{ERASED}-"):
                yield each
        elif name != "custom_fields":  # the seller has named them
            yield from told_by(each, keep=keep)


def finding(texts: Collection[str]) -> re.Pattern[str] | None:
    """Finds these texts within others, the longest first."""
    found = sorted({text for text in texts if len(text) >= SHORTEST}, key=lambda text: (-len(text), text))
    return re.compile("|".join(map(re.escape, found)), re.IGNORECASE) if found else None


def scrub(
    value: Any, *, salt: bytes, keep: Collection[str], known: re.Pattern[str] | None = None, kind: object = None
) -> Any:
    """Each personal text becomes a mark: the same for the same text, so that the order of changes stays what it was,
    and without the salt nobody's. The metadata keys `keep` carry the host's ids; `known` finds the person's names and
    addresses where something else is told."""
    if isinstance(value, list):
        return [scrub(each, salt=salt, keep=keep, known=known) for each in value]
    if not isinstance(value, Mapping):
        return value
    kind = value.get("object", kind)
    if kind in OF_THE_SELLER:
        return dict(value)
    personal = PERSONAL | {"description"} if kind == CUSTOMER else PERSONAL
    return {
        name: (
            _kept(each, salt, keep, known)
            if name == "metadata"
            else _marked(each, salt)
            if name in personal
            else _without(each, salt, known)
            if name in BOOKED
            else scrub(each, salt=salt, keep=keep, known=known)
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


def _kept(metadata: Any, salt: bytes, keep: Collection[str], known: re.Pattern[str] | None) -> Any:
    if not isinstance(metadata, Mapping):
        return metadata
    return {
        name: each if name in keep else _marked(each, salt) if name in PERSONAL else _without(each, salt, known)
        for name, each in metadata.items()
    }


def _without(value: Any, salt: bytes, known: re.Pattern[str] | None) -> Any:
    if known is None or not isinstance(value, str):
        return value
    return known.sub(lambda found: _mark(found[0], salt), value)


def _marked(value: Any, salt: bytes) -> Any:
    if isinstance(value, Mapping):
        return {name: _marked(each, salt) for name, each in value.items()}
    if isinstance(value, list):
        return [_marked(each, salt) for each in value]
    return _mark(value, salt) if isinstance(value, str) and value else value


def _mark(text: str, salt: bytes) -> str:
    if text.startswith(f"{ERASED}-"):
        return text
    return f"{ERASED}-{blake2b(text.encode(), key=salt, digest_size=6).hexdigest()}"
