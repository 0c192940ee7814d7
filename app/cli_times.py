"""Instants as somebody types them at the command line."""

from datetime import UTC, datetime

import typer

FORMATS = ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


def in_utc(typed: datetime) -> datetime:
    """In UTC unless it says otherwise; refuses an instant before the first year or after the last."""
    try:
        return typed.replace(tzinfo=UTC) if typed.tzinfo is None else typed.astimezone(UTC)
    except OverflowError:
        raise typer.BadParameter(f"{typed.isoformat()} lies beyond the years 1 to 9999 in UTC") from None
