"""Where billing periods begin and end: counted from the anchor, so a month's end does not drift."""

import calendar
from datetime import UTC, datetime

from app.sandbox.state.plain import Json

HOUR = 3600
DAY = 24 * HOUR
_FIXED = {"day": DAY, "week": 7 * DAY}
_MONTHS = {"month": 1, "year": 12}


def next_boundary(anchor: int, recurring: Json, after: int) -> int:
    """The first boundary of the cycle later than `after`."""
    return _boundary(anchor, recurring, _passed(anchor, recurring, after) + 1)


def last_boundary(anchor: int, recurring: Json, until: int) -> int:
    """The last boundary of the cycle not later than `until`."""
    return _boundary(anchor, recurring, _passed(anchor, recurring, until))


def _passed(anchor: int, recurring: Json, instant: int) -> int:
    """How many whole cycles lie between; negative before the anchor."""
    interval, count = recurring["interval"], recurring["interval_count"]
    if interval in _FIXED:
        return int((instant - anchor) // (_FIXED[interval] * count))
    start, end = _date(anchor), _date(instant)
    months = (end.year - start.year) * 12 + end.month - start.month
    cycles = int(months // (_MONTHS[interval] * count))
    return cycles if _boundary(anchor, recurring, cycles) <= instant else cycles - 1


def _boundary(anchor: int, recurring: Json, cycle: int) -> int:
    interval, count = recurring["interval"], recurring["interval_count"]
    if interval in _FIXED:
        return anchor + int(_FIXED[interval] * count) * cycle
    return _plus_months(anchor, int(_MONTHS[interval] * count) * cycle)


def _plus_months(instant: int, months: int) -> int:
    start = _date(instant)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def _date(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)
