"""Duplicates are found before anybody asks: what is proven is claimed and paid once, what only looks so is listed."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from app.billing import detector
from app.billing.claim_deciding import decide_waiting
from app.billing.claim_operating import confirm, reject
from app.billing.detector import DetectorReport
from app.billing.operator_queue import operator_queue
from app.billing.pace import Pace
from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from tests.billing.claim_stage import ALICE
from tests.billing.detector_stage import HURRIED, claims, look, open_checkouts, same_period, suspected
from tests.billing.doubled_payments import Pair
from tests.billing.mortal import Killed, mortal
from tests.billing.settling_stage import Settling

EFFECTS = 4  # of a run that finds something: a commit each


@pytest.mark.parametrize("make", [Settling.overpaid, same_period, Settling.same_order])
def test_what_is_proven_is_claimed_and_paid_once(settling: Settling, make: Callable[[Settling], Pair]) -> None:
    pair = make(settling)
    assert look(settling) == DetectorReport(looked=1, filed=1)
    assert claims(settling) == [("detector", pair.extra, "approved")]
    settling.run()
    assert claims(settling) == [("detector", pair.extra, "refunded")]
    assert len(settling.refunds(pair.extra)) == 1
    assert settling.refunds(pair.kept) == []
    assert look(settling) == DetectorReport()
    assert suspected(settling) == []


def test_a_twin_waits_for_an_operator(settling: Settling) -> None:
    pair = settling.twins()
    look(settling)
    assert claims(settling) == [("detector", pair.extra, "referred")]
    settling.run()
    assert settling.refunds(pair.extra) == []
    (waiting,) = operator_queue(settling.stage.context).referred
    confirm(settling.stage.context, waiting.claim.id, operator="olga", why="one sign-up made twice")
    settling.run()
    assert [refund["amount"] for refund in settling.refunds(pair.extra)] == [2000]


def test_a_rejected_twin_is_not_claimed_again_whatever_changes(settling: Settling) -> None:
    pair = settling.twins()
    look(settling)
    (waiting,) = operator_queue(settling.stage.context).referred
    reject(settling.stage.context, waiting.claim.id, operator="olga", why="two seats")
    settling.world.call("POST", f"/v1/charges/{pair.extra}", description="seen by staff")
    settling.stage.deliver()
    assert look(settling) == DetectorReport(looked=1)
    assert claims(settling) == [("detector", pair.extra, "declined")]


def test_every_extra_payment_of_three_goes_back(settling: Settling) -> None:
    kept, second = settling.claims.pay_twice(order="order-3")
    payer = settling.charge(kept)["customer"]
    settling.stage.advance(minutes=1)
    third = settling.claims.pay(order="order-3", customer=payer)
    look(settling)
    settling.run()
    settling.run_later()
    assert settling.refunds(kept) == []
    assert [len(settling.refunds(each)) for each in (second, third)] == [1, 1]


def test_what_was_claimed_already_is_left_to_that_claim(settling: Settling) -> None:
    pair = settling.same_order()
    settling.approved(pair, by_kept=True)
    assert look(settling) == DetectorReport(looked=1)
    assert [filed_by for filed_by, *_ in claims(settling)] == ["customer"]


def test_yesterdays_payments_are_left_alone(settling: Settling) -> None:
    settling.same_order()
    settling.claims.wait(hours=24, seconds=1)
    assert look(settling) == DetectorReport()


def test_what_is_found_in_the_last_second_is_in_time(settling: Settling) -> None:
    pair = settling.same_order()
    settling.claims.wait(hours=24)
    look(settling)
    assert claims(settling) == [("detector", pair.extra, "approved")]


def test_a_checkout_that_is_not_complete_is_looked_at_again(settling: Settling) -> None:
    first, second = open_checkouts(settling)
    settling.stage.deliver()
    assert look(settling).filed == 0
    assert suspected(settling) == []
    for session in (first, second):
        settling.world.complete_checkout(session)
    settling.stage.deliver()
    settling.claims.wait(minutes=1)
    assert look(settling) == DetectorReport(looked=1, filed=1)
    assert [state for *_, state in claims(settling)] == ["referred"]


def test_what_never_settles_is_claimed_before_its_time_is_over(settling: Settling) -> None:
    open_checkouts(settling)
    look(settling)
    settling.claims.wait(hours=23, minutes=1)
    assert look(settling) == DetectorReport(looked=1, filed=1)
    assert [state for *_, state in claims(settling)] == ["waiting"]


def test_nothing_is_claimed_for_somebody_in_bad_standing(settling: Settling) -> None:
    pair = settling.same_order()
    context = settling.stage.context
    ruling = Ruling(uid=ALICE, standing=Standing.SUSPENDED, reason="spam", actor="olga")
    decide_standing(context, ruling)
    look(settling)
    assert claims(settling) == []
    decide_standing(context, Ruling(uid=ALICE, standing=Standing.GOOD, reason="a mistake", actor="olga", annul=True))
    settling.claims.wait(hours=1)
    look(settling)
    assert claims(settling) == [("detector", pair.extra, "approved")]


def test_with_stripe_away_it_is_looked_at_later(settling: Settling) -> None:
    pair = settling.same_order()
    settling.world.trouble.outage()
    assert look(settling) == DetectorReport(put_off=1)
    settling.world.trouble.calm()
    assert look(settling) == DetectorReport()  # somebody may still be at it
    settling.claims.wait(minutes=5)
    assert look(settling) == DetectorReport(looked=1, filed=1)
    assert claims(settling) == [("detector", pair.extra, "approved")]


def test_what_stripe_never_answers_about_keeps_nothing_waiting(settling: Settling) -> None:
    never, pair = settling.same_order(), settling.same_order()
    settling.world.trouble.internal_error(1_000_000, only=f"/v1/charges/{never.extra}")
    assert look(settling) == DetectorReport(looked=1, filed=1, put_off=1)
    assert claims(settling) == [("detector", pair.extra, "approved")]


def test_of_two_processes_one_looks(settling: Settling) -> None:
    settling.same_order()
    others: list[DetectorReport] = []

    class Meanwhile(Pace):
        def keep(self, kind: str) -> None:
            others.append(look(settling))

    assert detector.run(settling.stage.context, pace=Meanwhile(1)) == DetectorReport(looked=1, filed=1)
    assert others == [DetectorReport()]


def test_a_run_is_bounded_and_paced(settling: Settling) -> None:
    payer = settling.claims.customer(ALICE)
    for _ in range(4):
        settling.claims.pay(customer=payer)
    waits: list[float] = []
    pace = Pace(2, monotonic=lambda: 0.0, wait=waits.append)
    assert detector.run(settling.stage.context, limit=4, pace=pace).looked == 4
    assert waits == [0.5, 1.0, 1.5]
    assert look(settling).looked == 2


@pytest.mark.parametrize("points", range(EFFECTS + 1))
def test_killed_anywhere_it_is_claimed_once(settling: Settling, points: int) -> None:
    pair = settling.same_order()
    dies = pytest.raises(Killed) if points < EFFECTS else nullcontext()
    with mortal(settling.stage, points, only_after=True) as context, dies:
        detector.run(context, pace=HURRIED)
    settling.claims.wait(minutes=6)
    look(settling)
    decide_waiting(settling.stage.context)
    settling.run()
    settling.run_later()
    assert [filed_by for filed_by, *_ in claims(settling)] == ["detector"]
    assert len(settling.refunds(pair.extra)) == 1
