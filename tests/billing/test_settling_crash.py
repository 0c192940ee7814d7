"""Killed anywhere, a settlement ends as if it had not been: one refund, and no credit lost or taken twice."""

from collections.abc import Callable, Iterator

import pytest

from app.billing.context import Context
from app.billing.settling import settle
from tests.billing.doubled_payments import Pair
from tests.billing.mortal import Killed, mortal
from tests.billing.settling_stage import Settling

MOST_POINTS = 60

# What is left behind is what was committed, on either database; the longest way to a refund is gone on both.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_ONE
def test_a_refund_is_made_once_wherever_it_is_killed(settling: Settling) -> None:
    for pair, claim in _deaths(settling, settling.same_order):
        assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [900]
        assert settling.refunds(pair.kept) == []
        assert settling.story(claim).count("refunded") == 1


def test_credit_is_reversed_once_wherever_it_is_killed(settling: Settling) -> None:
    for pair, claim in _deaths(settling, settling.overpaid):
        assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
        assert settling.refunds(pair.kept) == []
        assert settling.credit(pair.customer) == 0
        assert settling.changes_of_credit(pair.customer) == [-2000, 2000]
        assert settling.story(claim).count("refunded") == 1


@ON_ONE
def test_a_twin_is_ended_wherever_it_is_killed(settling: Settling) -> None:
    for pair, _ in _deaths(settling, settling.twins):
        assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]
        assert settling.refunds(pair.kept) == []
        assert settling.world.call("GET", f"/v1/subscriptions/{pair.thing}")["status"] == "canceled"


@ON_ONE
def test_credit_comes_back_once_wherever_that_is_killed(settling: Settling) -> None:
    for points in range(MOST_POINTS):
        pair = settling.overpaid()
        claim = settling.approved(pair)
        settling.run()
        (refund,) = settling.refunds(pair.extra)
        settling.stage.advance(days=1)
        settling.world.fail_refund(refund["id"])
        settling.deliver_quietly()
        died = _dies(settling, claim, points)
        settling.run_until(lambda claim=claim: settling.state(claim) == "referred")  # type: ignore[misc]
        assert settling.changes_of_credit(pair.customer) == [-2000, 2000, -2000]
        assert pair.extra not in settling.live_refunds()
        if not died:
            assert points > 2
            return
    raise AssertionError("it dies for ever")


@ON_ONE
@pytest.mark.parametrize("points", range(0, 100, 19))
def test_being_killed_before_something_or_while_it_only_reads_changes_nothing(settling: Settling, points: int) -> None:
    pair = settling.overpaid()
    claim = settling.approved(pair)
    with mortal(settling.stage, points) as context:
        _until_killed(context, claim)
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert len(settling.refunds(pair.extra)) == 1
    assert settling.changes_of_credit(pair.customer) == [-2000, 2000]


def _deaths(settling: Settling, make: Callable[[], Pair]) -> Iterator[tuple[Pair, str]]:
    """Kill a settlement at its first point, its second, … and let the job finish; at last none is killed."""
    for points in range(MOST_POINTS):
        pair = make()
        claim = settling.approved(pair)
        died = _dies(settling, claim, points)
        settling.run_until(lambda claim=claim: settling.state(claim) == "refunded")  # type: ignore[misc]
        assert settling.live_refunds().count(pair.extra) == 1
        yield pair, claim
        if not died:
            assert points > 4
            return
    raise AssertionError("it dies for ever")


def _dies(settling: Settling, claim: str, points: int) -> bool:
    with mortal(settling.stage, points, only_after=True) as context:
        return _until_killed(context, claim)


def _until_killed(context: Context, claim: str) -> bool:
    try:
        settle(context, claim)
    except Killed:
        return True
    return False
