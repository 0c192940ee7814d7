"""Where a refund is held up the console offers what can be done, says what will happen, and does it."""

import pytest

from tests.billing.claim_stage import Claims
from tests.billing.settling_stage import Settling
from tests.support.visitor import signed_in
from tests.web.claim_visitor import at_console, do, read


@pytest.fixture
def settling(claims: Claims) -> Settling:
    return Settling(claims=claims)


def test_a_freeze_is_lifted_once_the_bank_has_decided(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    dispute = settling.world.dispute(pair.extra)["id"]
    settling.run()
    told = read(signed_in(settling.stage, settling.owner(pair)), f"/account/claims/{claim}")
    assert "On hold Your bank is looking at this charge. We wait for what it decides. You were charged twice" in told
    assert told.count("Your bank began to look at the charge.") == 1
    olga = at_console(settling.stage.browser())
    assert "Look at a frozen refund" in read(olga, "/operator")
    shown = read(olga, f"/operator/claims/{claim}")
    assert "Lift the freeze" in shown
    assert "$9.00 go back to the card within a minute" in shown
    refused = do(olga, claim, "lift")
    assert refused.status_code == 422
    assert f"At Stripe the dispute {dispute} is: needs response." in refused.text
    settling.world.win_dispute(dispute)
    assert do(olga, claim, "lift", why="Won on Monday").status_code == 303
    settling.run()
    assert settling.state(claim) == "refunded"
    assert "What you can do" not in read(olga, f"/operator/claims/{claim}")


def test_a_refund_that_failed_is_tried_again_or_paid_otherwise(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=2)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()
    told = read(signed_in(settling.stage, settling.owner(pair)), f"/account/claims/{claim}")
    assert "The refund went out." in told
    assert "The refund did not go through." in told
    olga = at_console(settling.stage.browser())
    assert "See why the refund was not made" in read(olga, "/operator")
    assert do(olga, claim, "reject").status_code == 303
    assert settling.state(claim) == "referred"
    do(olga, claim, "again", why="A new card number")
    settling.run_until(lambda: settling.state(claim) == "refunded")
    settling.stage.advance(days=2)
    settling.world.fail_refund(settling.refunds(pair.extra)[-1]["id"])
    settling.run_later()
    olga = at_console(settling.stage.browser())  # the working day is over
    do(olga, claim, "made_good", why="Bank transfer of today")
    assert settling.state(claim) == "remedied"
    assert len(settling.refunds(pair.extra)) == 2


@pytest.mark.parametrize("kind", ["same_order", "twins"])
def test_a_failed_refund_is_verified_anew_before_it_is_repeated(settling: Settling, kind: str) -> None:
    pair = getattr(settling, kind)()
    claim = settling.approved(pair)
    settling.run()
    settling.stage.advance(days=2)
    settling.world.fail_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_later()
    olga = at_console(settling.stage.browser())
    settling.world.call("POST", "/v1/refunds", charge=pair.extra)
    do(olga, claim, "again")
    settling.run_later()
    assert settling.state(claim) == "declined"
    assert len(settling.refund_calls()) == 1
