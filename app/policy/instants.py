"""Instants are aware UTC datetimes; Stripe writes them as epoch seconds."""

from datetime import UTC, datetime
from typing import Any

_FROM_EPOCH = datetime.fromtimestamp
_LATEST = 130_000_000_000  # the year 6089: adding a grace or a period to an instant never leaves the calendar


def from_epoch(seconds: float) -> datetime:
    return _FROM_EPOCH(seconds, UTC)


def to_epoch(instant: datetime) -> float:
    """Whole seconds as an int, so that they stay short and exact in JSON."""
    return instant.timestamp() if instant.microsecond else int(instant.timestamp())


def stripe_instant(value: Any) -> datetime | None:
    """What Stripe wrote, or None if it is no instant: a field that we cannot read must not stop the rest."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return _FROM_EPOCH(value, UTC) if 0 <= value < _LATEST else None
