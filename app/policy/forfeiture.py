"""The paid time that is left at an instant: what a violation of the terms forfeits (4.1)."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.policy.access_facts import AccessFacts, StandingFacts
from app.policy.access_timeline import timelines


def paid_time_left(facts: AccessFacts, here: datetime, *, grace: timedelta) -> datetime | None:
    """The end of the longest paid time; None where nothing is left. Grace was never paid for."""
    without = StandingFacts(forfeited_until=facts.standing.forfeited_until)
    ends = (timeline.paid_through for timeline in timelines(replace(facts, standing=without), grace=grace))
    return max((end for end in ends if end is not None and end > here), default=None)
