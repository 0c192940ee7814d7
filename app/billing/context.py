"""What a journey works with; `app.wiring` puts it together once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import random

from app.db.engine import Database
from app.db.mirrored import MetadataKeys
from app.settings import Settings
from app.stripe_gateway.gateway import Gateway

Clock = Callable[[], datetime]
Chance = Callable[[], float]


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The settings, the database, Stripe, the time, and a chance from 0 to 1."""

    settings: Settings
    db: Database
    stripe: Gateway
    clock: Clock = wall_clock
    chance: Chance = random

    @property
    def metadata_keys(self) -> MetadataKeys:
        return MetadataKeys(uid=self.settings.uid_metadata_key, order=self.settings.order_metadata_key)
