"""One entry of an object's log: what an event, or an answer to our own question, said the object looked like."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FETCHED = "fetched"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """`created` is Stripe's clock in whole seconds; a fetched snapshot carries the second its row stands at."""

    id: str
    type: str
    created: int
    body: Mapping[str, Any]
    previous: Mapping[str, Any] | None = None

    @property
    def is_created(self) -> bool:
        return self.type.endswith(".created")

    @property
    def is_deleted(self) -> bool:
        return self.type.endswith(".deleted")

    @property
    def is_fetched(self) -> bool:
        return self.type == FETCHED
