"""Everything that happened, as Stripe's events in the order in which it happened."""

from collections.abc import Callable
from dataclasses import dataclass

from app.sandbox.state.ids import Ids
from app.sandbox.state.plain import Json, copied

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The request that made something happen; both null for what Stripe does by itself."""

    request_id: str | None = None
    idempotency_key: str | None = None


class Journal:
    def __init__(self, ids: Ids, *, livemode: bool) -> None:
        self.events: list[Json] = []
        self.cause = Cause()
        self.listeners: list[Callable[[Json], None]] = []
        self._by_id: dict[str, Json] = {}
        self._ids = ids
        self._livemode = livemode

    def write(self, kind: str, obj: Json, *, created: int, previous: Json | None = None) -> Json:
        data = {"object": copied(obj)}
        if previous is not None:
            data["previous_attributes"] = previous
        cause = self.cause
        event: Json = {
            "id": self._ids.new("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": created,
            "data": data,
            "livemode": self._livemode,
            "pending_webhooks": 0,
            "request": {"id": cause.request_id, "idempotency_key": cause.idempotency_key},
            "type": kind,
        }
        self.events.append(event)
        self._by_id[event["id"]] = event
        for listener in self.listeners:
            listener(event)
        return event

    def find(self, event_id: str) -> Json | None:
        return self._by_id.get(event_id)
