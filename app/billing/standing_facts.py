"""What decisions about its user's standing mean for one subscription, by that subscription's own clock."""

from datetime import datetime

from app.db.access_rows import Subject
from app.policy.access_facts import GOOD_STANDING, StandingFacts
from app.policy.instants import stripe_instant
from app.policy.standing import Standing


def standing_facts(subject: Subject) -> StandingFacts:
    if subject.standing is None:
        return GOOD_STANDING
    standing = Standing(subject.standing)
    return StandingFacts(
        standing=standing,
        decided_at=_decided_at(subject),
        forfeited_until=stripe_instant(forfeited_until(standing, subject.forfeited_until, subject.at_stake_until)),
    )


def forfeited_until(standing: Standing, forfeited: int | None, at_stake: int | None) -> int | None:
    """As long as the standing is lost, what is at stake was access until it was lost; after that it never was."""
    if standing is not Standing.GOOD:
        return forfeited
    return max((until for until in (forfeited, at_stake) if until is not None), default=None)


def _decided_at(subject: Subject) -> datetime | None:
    """None for a rehearsal that came after the decision: the wall's time means nothing to it."""
    if subject.decided_here_at is not None:
        return stripe_instant(subject.decided_here_at)
    return None if subject.test_clock else subject.decided_at
