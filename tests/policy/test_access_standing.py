"""Corners of the access table: violations (4.1), and what a reinstatement does not give back."""

from app.policy.access_facts import StandingFacts
from app.policy.standing import Standing
from tests.policy.access_bodies import day, expect, facts, invoice, item, line, subscription


def test_a_violation_after_the_end_changes_the_reason_but_not_when_it_ended() -> None:
    standing = StandingFacts(standing=Standing.TERMINATED, decided_at=day(40))
    ended = facts(subscription(status="canceled", ended_at=30), invoice(), standing=standing)
    expect(ended, "ending", 30, "ended", 40, "terminated", paid_through=None)


def test_a_reinstated_user_keeps_what_was_not_forfeited_and_gets_future_periods() -> None:
    good = StandingFacts(standing=Standing.GOOD, decided_at=day(12))
    expect(facts(subscription(), invoice(), standing=good), *_RENEWING, paid_through=30, renews_at=30)
    forfeited = StandingFacts(standing=Standing.GOOD, decided_at=day(12), forfeited_until=day(30))
    known = facts(subscription(), invoice(), standing=forfeited)
    expect(known, "suspended", 30, "unconfirmed", 33, "unpaid", paid_through=None, renews_at=30)
    renewed = facts(subscription(item(30, 60)), invoice("paid", line(30, 60)), standing=forfeited)
    expect(renewed, "suspended", 30, "active", 60, "unconfirmed", 63, "unpaid", paid_through=60, renews_at=60)


_RENEWING = ("active", 30, "unconfirmed", 33, "unpaid")
