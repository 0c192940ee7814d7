"""Where our copy of an object differs from Stripe's, and why that may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.policy.event_order_state import UNTOLD, same


class Cause(StrEnum):
    """What is known about why, and no more than that."""

    FAILED_EVENT = "an event about it could not be applied"
    BEING_FETCHED = "a fetch is waiting already"
    UNRESOLVED = "events of one second could not be ordered"
    MISAPPLIED = "a stored event tells it, and the mirror does not show it"
    NOT_TOLD = "no stored event tells it: one is missing, or Stripe sent none"
    GONE = "Stripe knows no such object: it was deleted, or the API key is another account's"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldDrift:
    """`path` names a field within the object, as `items.data.0.quantity`."""

    path: str
    ours: Any
    theirs: Any


def field_drifts(ours: Any, theirs: Any, path: str = "") -> Iterator[FieldDrift]:
    """The smallest parts that differ."""
    if same(ours, theirs):
        return
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for name in sorted(ours.keys() | theirs.keys()):
            if name not in UNTOLD:
                yield from field_drifts(ours.get(name), theirs.get(name), f"{path}.{name}" if path else name)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from field_drifts(one, other, f"{path}.{at}")
    else:
        yield FieldDrift(path=path, ours=ours, theirs=theirs)


def tells(event: Mapping[str, Any], kind: str, *, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Whether a stored event or fetched snapshot shows what Stripe shows, wherever our copy differs."""
    if theirs.get("deleted") is True:
        return kind.endswith(".deleted")
    apart = [field.path for field in field_drifts(event["data"]["object"], theirs)]
    return not any(_within(field.path, path) for field in field_drifts(ours, theirs) for path in apart)


def likely_cause(*, failed_event: bool, being_fetched: bool, resolved: bool, told: bool) -> Cause:
    if failed_event:
        return Cause.FAILED_EVENT
    if being_fetched:
        return Cause.BEING_FETCHED
    if not resolved:
        return Cause.UNRESOLVED
    return Cause.MISAPPLIED if told else Cause.NOT_TOLD


def _within(one: str, other: str) -> bool:
    """Either part of the object holds the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
