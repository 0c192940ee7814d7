"""Alarms as operators see them: what waits for somebody, and who has looked at it."""

from app.billing.context import Context
from app.db import alarm
from app.db.alarm import Raised
from app.errors import UnknownAlarm


def alarms(context: Context, *, acknowledged_too: bool = False) -> list[Raised]:
    """The oldest first."""
    with context.db.read() as tx:
        return alarm.alarms(tx, acknowledged_too=acknowledged_too)


def acknowledge(context: Context, number: int, *, by: str, note: str | None = None) -> Raised:
    """The alarm as it stands then: the first acknowledgement stays.

    Raises:
        UnknownAlarm: no alarm has that number.
    """
    with context.db.write() as tx:
        alarm.acknowledge(tx, number, by=by, note=note, now=context.clock())
        found = alarm.alarm_of(tx, number)
    if found is None:
        raise UnknownAlarm
    return found
