"""What Stripe wrapped around an object: reading an event, and whether its body can be trusted as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.policy.event_order_entry import Entry

CLOCK = "test_helpers.test_clock"
_MOST_SECONDS = 1 << 40  # beyond any calendar; larger numbers are not instants


class NotAnEvent(ValueError):
    """Signed by Stripe, but not an event that could be stored; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """An event as it came. `kind` and `object_id` are None for an object without an id of its own."""

    id: str
    type: str
    created: int
    api_version: str | None
    account: str | None
    livemode: bool
    idempotency_key: str | None
    kind: str | None
    object_id: str | None
    object: Mapping[str, Any]
    previous: Mapping[str, Any] | None
    raw: str

    def entry(self) -> Entry:
        """The event as an entry of its object's log."""
        return Entry(id=self.id, type=self.type, created=self.created, body=self.object, previous=self.previous)


def read_envelope(document: Any, raw: str) -> Envelope:
    """Read a parsed event.

    Raises:
        NotAnEvent: with the reason, for anything that is not a snapshot event.
    """
    if not isinstance(document, Mapping) or document.get("object") != "event":
        raise NotAnEvent(_what_it_is(document))
    data = document.get("data")
    body = data.get("object") if isinstance(data, Mapping) else None
    if not isinstance(body, Mapping):
        raise NotAnEvent("the event has no data.object")
    previous = data.get("previous_attributes") if isinstance(data, Mapping) else None
    request = document.get("request")
    object_id = _string(body.get("id"))
    return Envelope(
        id=_required(document, "id"),
        type=_required(document, "type"),
        created=_instant(document),
        api_version=_string(document.get("api_version")),
        account=_string(document.get("account")),
        livemode=document.get("livemode") is True,
        idempotency_key=_string(request.get("idempotency_key")) if isinstance(request, Mapping) else None,
        kind=_string(body.get("object")) if object_id else None,
        object_id=object_id,
        object=body,
        previous=previous if isinstance(previous, Mapping) else None,
        raw=raw,
    )


def why_not_ours(envelope: Envelope, *, livemode: bool) -> str | None:
    """Why an event is stored and left alone; refusing it would bring days of retries."""
    if envelope.account is not None:
        return f"of the connected account {envelope.account}"
    if envelope.livemode != livemode:
        return "of live mode" if envelope.livemode else "of test mode"
    return None


def why_only_a_hint(envelope: Envelope, *, release: str) -> str | None:
    """Why the object must be asked for instead of believing this body."""
    if envelope.api_version is None or envelope.api_version.rpartition(".")[2] != release.rpartition(".")[2]:
        return f"rendered in API version {envelope.api_version}"
    if envelope.kind == CLOCK or envelope.object.get("test_clock"):
        return "on a test clock"  # whose events may carry either time
    if any(_is_truncated(envelope.object.get(name)) for name in ("items", "lines")):
        return "its list is truncated"
    return None


def _is_truncated(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("has_more") is True


def _what_it_is(document: Any) -> str:
    if isinstance(document, Mapping) and document.get("object") == "v2.core.event":
        return "a thin event; send snapshot events to this endpoint"
    return "not an event"


def _required(document: Mapping[str, Any], name: str) -> str:
    value = _string(document.get(name))
    if value is None:
        raise NotAnEvent(f"the event has no {name}")
    return value


def _instant(document: Mapping[str, Any]) -> int:
    value = document.get("created")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST_SECONDS:
        raise NotAnEvent("the event has no instant of creation")
    return value


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and value and "\x00" not in value else None


def clock_of(envelope: Envelope) -> str | None:
    """The test clock that the object lives on."""
    return _reference(envelope.object.get("test_clock"))


def whose(envelope: Envelope) -> str | None:
    """The customer that the object belongs to, as far as its body tells."""
    if envelope.kind == "customer":
        return envelope.object_id
    return _reference(envelope.object.get("customer"))


def related_ids(body: Mapping[str, Any]) -> set[str]:
    """The object's id and those it refers to: whoever changes one of them must not run beside whoever reads it."""
    parent = body.get("parent")
    billed = parent.get("subscription_details") if isinstance(parent, Mapping) else None
    payment = body.get("payment")
    places = [body, billed, payment]
    names = ("id", "customer", "subscription", "invoice", "payment_intent", "charge")
    found = (_reference(place.get(name)) for place in places if isinstance(place, Mapping) for name in names)
    return {value for value in found if value}


def _reference(value: Any) -> str | None:
    return _string(value.get("id")) if isinstance(value, Mapping) else _string(value)
