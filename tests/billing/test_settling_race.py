"""Claims about one pair from both its ends, at the same time: one refund, and the kept payment stays."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from app.billing.context import Context
from app.billing.settlement_followup import run
from app.billing.settling import settle
from app.db.engine import Database
from tests.billing.doubled_payments import Pair
from tests.billing.settling_stage import Settling

KINDS = ("same_order", "overpaid", "twins")
MOST_REQUESTS = 150
EVERY = 9  # of the requests of one, so often the other acts in between
PROCESSES = 4

# One acts wholly within a pause of the other, with no transaction open: on which database makes no difference.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_ONE
@pytest.mark.parametrize("kind", KINDS)
def test_before_whichever_change_the_other_acts_one_refund_is_made(settling: Settling, kind: str) -> None:
    for at in range(MOST_REQUESTS):
        if not _with_the_other_in_between(settling, kind, at, changes_only=True):
            return
    raise AssertionError("it changes things for ever")


@ON_ONE
@pytest.mark.parametrize("kind", KINDS)
def test_whenever_the_other_acts_in_between_one_refund_is_made(settling: Settling, kind: str) -> None:
    for at in range(0, MOST_REQUESTS, EVERY):
        if not _with_the_other_in_between(settling, kind, at, changes_only=False):
            return
    raise AssertionError("it asks for ever")


def test_many_processes_at_once(settling: Settling) -> None:
    pairs = [settling.same_order(), settling.overpaid(), settling.twins()]
    claims = [(settling.approved(pair), settling.approved(pair, by_kept=True)) for pair in pairs]
    start = Barrier(PROCESSES)

    def process(_: int) -> None:
        context = _of_its_own(settling.stage.context)
        start.wait(timeout=10)
        run(context)
        context.db.close()

    with ThreadPoolExecutor(PROCESSES) as pool:
        list(pool.map(process, range(PROCESSES)))
    for pair, (one, other) in zip(pairs, claims, strict=True):
        settling.run_until(lambda one=one, other=other: _ended(settling, one, other))  # type: ignore[misc]
        _check(settling, pair, one, other)


def test_one_settlement_is_carried_out_by_one_process(settling: Settling) -> None:
    claim = settling.approved(settling.same_order())
    start = Barrier(PROCESSES)

    def process(_: int) -> Any:
        context = _of_its_own(settling.stage.context)
        start.wait(timeout=10)
        state = settle(context, claim)
        context.db.close()
        return state

    with ThreadPoolExecutor(PROCESSES) as pool:
        states = list(pool.map(process, range(PROCESSES)))
    assert sorted(map(str, states)) == ["None"] * (PROCESSES - 1) + ["paid"]
    assert len(settling.refund_calls()) == 1


def test_a_covered_claim_says_by_which_it_is(settling: Settling) -> None:
    pair = settling.same_order()
    one, other = settling.approved(pair), settling.approved(pair, by_kept=True)
    settle(settling.stage.context, one)
    settle(settling.stage.context, other)
    assert (settling.state(one), settling.state(other)) == ("refunded", "covered")
    assert (
        f'"by":"{one}"'
        in settling.claims.column(
            "SELECT detail FROM claim_journal WHERE claim = :claim ORDER BY id DESC LIMIT 1", claim=other
        )[0]
    )


def test_a_claim_that_was_covered_is_open_again_when_the_refund_fails(settling: Settling) -> None:
    pair = settling.same_order()
    one, other = settling.approved(pair), settling.approved(pair, by_kept=True)
    settle(settling.stage.context, one)
    settle(settling.stage.context, other)
    settling.stage.advance(days=2)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_until(lambda: settling.state(one) == "referred")
    assert settling.state(other) == "referred"
    assert "no_longer_covered" in settling.story(other)


def _with_the_other_in_between(settling: Settling, kind: str, at: int, *, changes_only: bool) -> bool:
    """Whether so many requests were made at all."""
    pair: Pair = getattr(settling, kind)()
    one, other = settling.approved(pair), settling.approved(pair, by_kept=True)
    plain, asked = settling.world.request, [0]

    def request(method: str, *given: Any, **more: Any) -> Any:
        if method != "GET" or not changes_only:
            asked[0] += 1
            if asked[0] == at + 1:
                settling.world.request = plain
                settle(settling.stage.context, other)
        return plain(method, *given, **more)

    settling.world.request = request
    settle(settling.stage.context, one)
    settling.world.request = plain
    settling.run_until(lambda: _ended(settling, one, other))
    _check(settling, pair, one, other)
    return asked[0] > at


def _ended(settling: Settling, one: str, other: str) -> bool:
    return {settling.state(one), settling.state(other)} == {"refunded", "covered"}


def _check(settling: Settling, pair: Pair, one: str, other: str) -> None:
    assert settling.refunds(pair.kept) == []
    (refund,) = settling.refunds(pair.extra)
    assert refund["amount"] == settling.charge(pair.extra)["amount"]
    assert settling.charge(pair.kept)["amount_refunded"] == 0
    assert sum(settling.changes_of_credit(pair.customer)) == 0
    assert {settling.state(one), settling.state(other)} == {"refunded", "covered"}


def _of_its_own(context: Context) -> Context:
    """As another process has it: with database connections of its own."""
    return replace(context, db=Database(context.settings.database_url))


def test_of_three_payments_one_stays(settling: Settling) -> None:
    payments = settling.three_of_an_order()
    claims = [settling.approved(pair) for pair in payments]
    for claim in claims:
        settle(settling.stage.context, claim)
    settling.run_later()
    first, second, third = (payments[0].kept, payments[0].extra, payments[1].extra)
    assert settling.refunds(first) == []
    assert len(settling.refunds(second)) == len(settling.refunds(third)) == 1


def test_a_payment_that_stays_for_another_is_not_refunded(settling: Settling) -> None:
    """The second of three was kept for the third; then somebody decides that the first is kept for the second."""
    pairs = settling.three_of_an_order()
    first, second, third = (pairs[0].kept, pairs[0].extra, pairs[1].extra)
    one, other = (settling.approved(pair) for pair in pairs)
    settling.bend(other, kept=second, extra=third)
    settle(settling.stage.context, other)
    settle(settling.stage.context, one)
    assert (settling.state(other), settling.state(one)) == ("refunded", "referred")
    assert settling.settlement(one)["why"] == "nothing_kept"
    assert (settling.refunds(first), settling.refunds(second)) == ([], [])


def test_a_pair_whose_kept_payment_went_back_is_not_refunded(settling: Settling) -> None:
    pairs = settling.three_of_an_order()
    second, third = pairs[0].extra, pairs[1].extra
    one, other = (settling.approved(pair) for pair in pairs)
    settling.bend(other, kept=second, extra=third)
    settle(settling.stage.context, one)
    settle(settling.stage.context, other)
    assert (settling.state(one), settling.state(other)) == ("refunded", "referred")
    assert settling.refunds(third) == []
