"""Instants as people read them, in UTC, and as machines read them."""

from datetime import UTC, date, datetime

from markupsafe import Markup

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
GLUE = "\N{NO-BREAK SPACE}"


def written_out(instant: datetime) -> Markup:
    """`<time>` with the date written out: 23 December 2026, 06:00 UTC."""
    utc = instant.astimezone(UTC)
    words = f"{utc.day}{GLUE}{MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M}{GLUE}UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", words)


def day_of(day: date) -> str:
    """The date alone: 23 November 2026."""
    return f"{day.day}{GLUE}{MONTHS[day.month - 1]} {day.year}"
