"""One thing that is against the written policy, with who and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.db.money_evidence import Told

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`matter` names it once and for all. Amounts are what the customer gets."""

    kind: str
    matter: str
    object_id: str
    customer: str | None
    amount: int | None
    currency: str | None
    happened_at: int | None
    event: str | None = None
    request_key: str | None = None
    facts: Json = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """For the log."""
        names = ("matter", "object_id", "customer", "amount", "currency", "request_key")
        return {name: getattr(self, name) for name in names} | {"event_id": self.event}


def told_by(events: list[Told]) -> dict[str, str | None]:
    """The event that told it first, and the request behind that."""
    first = events[0] if events else None
    return {"event": first.id if first else None, "request_key": first.request_key if first else None}


def text(body: Json, name: str) -> str | None:
    value = body.get(name)
    value = value.get("id") if isinstance(value, Mapping) else value
    return value if isinstance(value, str) else None


def number(body: Json, name: str) -> int | None:
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def some(body: Json, *names: str) -> dict[str, Any]:
    """Those of the fields that say something."""
    return {name: body[name] for name in names if body.get(name) not in (None, [], {}, "")}
