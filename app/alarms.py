"""Alarms: what a person should hear of, as an error in the log and as a counter."""

from prometheus_client import Counter

from app.logs import log

_ALARMS = Counter("paidthrough_alarms", "What a person should hear of, by kind.", ["alarm"])


def alarm(name: str, **facts: object) -> None:
    """`name` is fixed; what differs from case to case belongs into `facts`."""
    _ALARMS.labels(alarm=name).inc()
    log.error(name, **facts)
