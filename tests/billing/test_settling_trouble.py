"""Stripe's troubles at each step: the end is as without them, and nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.sandbox.trouble import Trouble
from tests.billing.settling_stage import Settling

TROUBLES: dict[str, Callable[[Trouble, str], None]] = {
    "outage": lambda trouble, only: trouble.outage(2, only=only),
    "time-out before the effect": lambda trouble, only: trouble.timeout_before_effect(2, only=only),
    "time-out after the effect": lambda trouble, only: trouble.timeout_after_effect(1, only=only),
    "too many requests": lambda trouble, only: trouble.rate_limited(2, only=only),
    "object locked": lambda trouble, only: trouble.lock_timeout(2, only=only),
    "key in use": lambda trouble, only: trouble.key_in_use(2, only=only),
    "internal error, kept for the key": lambda trouble, only: trouble.internal_error(1, only=only),
}
# It is Stripe that makes trouble here; what is on record after each step is tested on both databases elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

REFUND, CREDIT, TWIN = "POST /v1/refunds", "POST /v1/customers/", "DELETE /v1/subscriptions"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_refund_meets_trouble(settling: Settling, trouble: str) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    TROUBLES[trouble](settling.world.trouble, REFUND)
    _until_refunded(settling, claim)
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [900]
    assert settling.refunds(pair.kept) == []


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("step", [CREDIT, REFUND])
def test_the_excess_meets_trouble(settling: Settling, trouble: str, step: str) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    TROUBLES[trouble](settling.world.trouble, step)
    _until_refunded(settling, claim)
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
    assert settling.changes_of_credit(pair.customer) == [-2000, 2000]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_twin_meets_trouble(settling: Settling, trouble: str) -> None:
    pair = settling.twins()
    claim = settling.approved(pair)
    TROUBLES[trouble](settling.world.trouble, TWIN)
    _until_refunded(settling, claim)
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]


def test_an_attempt_that_was_not_answered_is_made_again_with_its_key(settling: Settling) -> None:
    claim = settling.approved(settling.same_order())
    settling.world.trouble.timeout_before_effect(1, only=REFUND)
    settling.run()
    assert settling.state(claim) == "settling"
    settling.run_later(timedelta(minutes=1))
    assert len(set(settling.refund_keys())) == 1
    assert settling.attempts(claim) == {("refund", 1, "succeeded")}


def test_a_failure_that_stripe_keeps_for_the_key_needs_another_one(settling: Settling) -> None:
    claim = settling.approved(settling.same_order())
    settling.world.trouble.internal_error(1, only=REFUND)
    settling.run()
    settling.run_later(timedelta(minutes=1))
    assert settling.attempts(claim) == {("refund", 1, "refused"), ("refund", 2, "succeeded")}
    assert len(set(settling.refund_keys())) == 2


def test_a_key_that_stripe_has_forgotten_is_not_used_again(settling: Settling) -> None:
    """The answer was lost and the refund is there: a day later the same key would refund once more."""
    pair = settling.overpaid()
    claim = settling.approved(pair)
    settling.world.trouble.timeout_after_effect(1, only=REFUND)
    settling.run()
    settling.run_later(timedelta(hours=25))
    assert settling.attempts(claim) == {("reverse_credit", 1, "succeeded"), ("refund", 1, "succeeded")}
    assert len(settling.refund_calls()) == 1


def test_after_a_day_without_an_answer_the_next_attempt_has_its_own_key(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.trouble.timeout_before_effect(1, only=REFUND)
    settling.run()
    settling.world.trouble.outage()
    settling.stage.clock.advance(timedelta(hours=25))
    settling.world.advance(25 * 3600)
    settling.world.trouble.calm()
    settling.run()
    assert settling.attempts(claim) == {("refund", 1, "refused"), ("refund", 2, "succeeded")}
    assert len(settling.refunds(pair.extra)) == 1


def test_nothing_is_concluded_while_a_call_may_still_have_its_effect(settling: Settling) -> None:
    """The refund was not answered, then a dispute comes: stopping waits until the refund cannot come any more."""
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.world.trouble.timeout_before_effect(1, only=REFUND)
    settling.run()
    settling.world.dispute(pair.extra)
    settling.run_later(timedelta(minutes=1))
    assert (settling.state(claim), settling.live_refunds()) == ("settling", [pair.extra])
    settling.run_until(lambda: settling.state(claim) == "frozen")
    assert (settling.live_refunds(), settling.refunds(pair.extra)) == ([], [])


def test_with_stripe_away_it_waits_longer_each_time(settling: Settling) -> None:
    claim = settling.approved(settling.same_order())
    settling.world.trouble.outage()
    waits = []
    for _ in range(3):
        settling.run()
        waits.append(settling.due_in(claim))
        settling.stage.clock.advance(waits[-1])
    assert [wait.total_seconds() for wait in waits] == [30, 60, 120]


def _until_refunded(settling: Settling, claim: str) -> None:
    settling.run()
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert len(settling.live_refunds()) == 1
