"""One customer's life at Stripe: its objects as they stand, its clock, and the events that told of each change."""

from random import Random
from typing import Any

from tests.corpus.shapes import Body

DAY = 86400
EPOCH = 1_793_000_000
VERSION = "2026-10-28.endive"
Event = dict[str, Any]


class Life:
    def __init__(self, number: int, *, seed: int) -> None:
        self.number = number
        self.rng = Random(seed * 1_000_003 + number)
        self.tag = f"{seed:x}T{number:07d}"
        self.now = EPOCH + number * 7 + self.rng.randrange(5)
        self.rushed = self.rng.random() < 0.4  # changes its subscription several times within a second
        self.events: list[Event] = []
        self.objects: dict[str, Body] = {}
        self._made = 0

    def new_id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_1{self.tag}{self._made:03d}{self.rng.getrandbits(20):05x}"

    def wait(self, seconds: int) -> None:
        self.now += seconds

    def pause(self) -> None:
        """Between two steps of one cascade: none for a rushed life, else up to two seconds."""
        if not self.rushed:
            self.now += self.rng.choice((0, 1, 1, 2))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def begin(self, kind: str, body: Body, *, asked: bool = False) -> Body:
        """The object exists from now on, as the event `kind` shows it."""
        self.objects[body["id"]] = body
        self.tell(kind, body, asked=asked)
        return body

    def change(self, object_id: str, kind: str, *, asked: bool = False, **changes: Any) -> Body:
        """`*.updated` carries the old values, other types only the new body."""
        old = self.objects[object_id]
        body = self.objects[object_id] = {**old, **changes}
        self.tell(kind, body, old=old if kind.endswith(".updated") else None, asked=asked)
        return body

    def tell(self, kind: str, body: Body, *, old: Body | None = None, asked: bool = False) -> None:
        data = {"object": body} if old is None else {"object": body, "previous_attributes": old_values(old, body)}
        self.events.append(
            {
                "id": f"evt_1T{self.rng.getrandbits(88):022x}",
                "object": "event",
                "api_version": VERSION,
                "created": self.now,
                "data": data,
                "livemode": False,
                "pending_webhooks": 1,
                "request": self._request() if asked else {"id": None, "idempotency_key": None},
                "type": kind,
            }
        )

    def _request(self) -> Body:
        key = f"{self.rng.getrandbits(128):032x}"
        return {
            "id": f"req_{key[:14]}",
            "idempotency_key": f"{key[:8]}-{key[8:12]}-4{key[13:16]}-a{key[17:20]}-{key[20:]}",
        }


def old_values(old: Body, new: Body) -> Body:
    """`previous_attributes`: what changed, nested objects in part, arrays whole, what was not there as null."""
    changed: Body = {}
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if was is now or was == now:
            continue
        both_objects = isinstance(was, dict) and isinstance(now, dict)
        changed[key] = old_values(was, now) if both_objects else was  # type: ignore[arg-type]
    return changed
