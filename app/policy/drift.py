"""Where our copy of an object differs from Stripe's, and why that may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.policy.event_order_state import UNTOLD, same

SILENT = frozenset({"next_invoice_sequence", "balance", "invoice_credit_balance", "pending_webhooks"})
"""Fields that Stripe also changes without an event of the object."""


class Cause(StrEnum):
    FAILED_EVENT = "an event could not be applied"
    BEING_FETCHED = "a fetch is waiting already"
    UNRESOLVED = "events of one second could not be ordered"
    SILENT_CHANGE = "Stripe changes this without an event"
    MISSED_EVENT = "an event is missing, or was applied wrongly"
    GONE = "Stripe has no such object any more"


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


def likely_cause(fields: tuple[FieldDrift, ...], *, failed_event: bool, being_fetched: bool, resolved: bool) -> Cause:
    if failed_event:
        return Cause.FAILED_EVENT
    if being_fetched:
        return Cause.BEING_FETCHED
    if not resolved:
        return Cause.UNRESOLVED
    if all(field.path.partition(".")[0] in SILENT for field in fields):
        return Cause.SILENT_CHANGE
    return Cause.MISSED_EVENT
