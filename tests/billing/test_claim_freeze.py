"""What the bank froze goes on once it is over: an operator lifts the freeze, and everything is verified anew."""

from typing import Any

import pytest

from app.billing import claim_freeze
from app.errors import ClaimChanged, ClaimRefused
from app.policy.claim_reasons import ClaimReason
from tests.billing.doubled_payments import Pair
from tests.billing.settling_stage import Settling

BY: dict[str, Any] = {"operator": "olga", "why": "the bank has answered"}

# What the bank says makes the difference here; what is asked of the database is asked on both in the others.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def frozen(
    settling: Settling, kind: str = "same_order", what: str = "dispute", whose: str = "extra"
) -> tuple[Any, ...]:
    pair: Pair = getattr(settling, kind)()
    claim = settling.approved(pair)
    objection = getattr(settling.world, what)(getattr(pair, whose))["id"]
    settling.run()
    assert settling.state(claim) == "frozen"
    return pair, claim, objection


def lift(settling: Settling, claim: str, **more: Any) -> str:
    state: str = claim_freeze.lift_freeze(settling.stage.context, claim, **BY | more).claim.state
    return state


@ON_ONE
@pytest.mark.parametrize("whose", ["kept", "extra"])
@pytest.mark.parametrize("kind", ["same_order", "overpaid", "twins"])
def test_a_dispute_that_was_won_no_longer_stands_in_the_way(settling: Settling, kind: str, whose: str) -> None:
    pair, claim, dispute = frozen(settling, kind, whose=whose)
    settling.world.win_dispute(dispute)
    assert lift(settling, claim) == "approved"
    settling.run_until(lambda: settling.state(claim) == "refunded")
    assert len(settling.refunds(pair.extra)) == 1
    assert settling.refunds(pair.kept) == []
    settling.run_later()
    assert settling.state(claim) == "refunded"
    assert settling.story(claim).count("freeze_lifted") == 1


@ON_ONE
@pytest.mark.parametrize("status", ["needs_response", "under_review", "lost"])
def test_a_dispute_that_is_not_won_keeps_the_freeze(settling: Settling, status: str) -> None:
    _, claim, dispute = frozen(settling)
    if status != "needs_response":
        settling.world.dispute_becomes(dispute, status)
    before = settling.row("claim", claim)
    with pytest.raises(ClaimRefused, match=status.replace("_", " ")):
        lift(settling, claim)
    assert settling.row("claim", claim) == before
    settling.run_later()
    assert settling.refund_calls() == []


def test_a_fraud_warning_is_over_when_an_operator_says_so(settling: Settling) -> None:
    pair, claim, _ = frozen(settling, what="early_fraud_warning", whose="kept")
    assert lift(settling, claim) == "approved"
    settling.run()
    settling.run_later()
    assert settling.state(claim) == "refunded"
    assert len(settling.refunds(pair.extra)) == 1


@ON_ONE
def test_what_the_bank_has_afterwards_freezes_again(settling: Settling) -> None:
    pair, claim, dispute = frozen(settling)
    settling.world.win_dispute(dispute)
    lift(settling, claim)
    settling.world.early_fraud_warning(pair.kept)
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("frozen", [])


@ON_ONE
def test_a_dispute_that_goes_on_after_it_was_won_freezes_again(settling: Settling) -> None:
    _, claim, dispute = frozen(settling)
    settling.world.win_dispute(dispute)
    lift(settling, claim)
    settling.world.dispute_becomes(dispute, "appeal_needs_response")
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("frozen", [])


@ON_ONE
def test_payments_that_prove_nothing_any_more_are_not_refunded(settling: Settling) -> None:
    pair, claim, dispute = frozen(settling)
    settling.world.win_dispute(dispute)
    settling.world.call("POST", "/v1/refunds", charge=pair.kept)
    assert lift(settling, claim) == "declined"
    settling.run_later()
    assert settling.refund_calls() == []


def test_nobody_else_is_freed_by_it(settling: Settling) -> None:
    """Another claim about the same pair keeps its own freeze."""
    pair, one, dispute = frozen(settling)
    other = settling.claims.file(ClaimReason.CHARGED_TWICE, pair.kept).claim.id
    settling.world.win_dispute(dispute)
    assert settling.state(other) == "declined"
    lift(settling, one)
    settling.run()
    assert settling.state(one) == "refunded"


def test_only_what_is_frozen_is_freed_and_only_as_it_was_seen(settling: Settling) -> None:
    _, claim, dispute = frozen(settling)
    settling.world.win_dispute(dispute)
    version = settling.row("claim", claim)["version"]
    with pytest.raises(ClaimChanged):
        lift(settling, claim, version=version - 1)
    lift(settling, claim, version=version)
    for act in (claim_freeze.lift_freeze, claim_freeze.close_frozen, claim_freeze.let_refund_stand):
        with pytest.raises(ClaimRefused, match="not frozen"):
            act(settling.stage.context, claim, **BY)


@ON_ONE
def test_with_stripe_away_the_freeze_stays_or_the_job_decides(settling: Settling) -> None:
    pair, claim, dispute = frozen(settling)
    settling.world.win_dispute(dispute)
    settling.world.trouble.outage(1, only=f"GET /v1/charges/{pair.extra}")
    assert lift(settling, claim) == "referred"
    settling.stage.advance(minutes=2)
    assert settling.look_at_waiting() == 1
    assert settling.state(claim) == "approved"
    settling.run()
    assert len(settling.refunds(pair.extra)) == 1


def test_what_the_bank_pays_back_is_closed(settling: Settling) -> None:
    _, claim, dispute = frozen(settling)
    settling.world.lose_dispute(dispute)
    closed = claim_freeze.close_frozen(settling.stage.context, claim, **BY)
    assert closed.decision is not None
    assert (closed.claim.state, closed.decision.disproof) == ("declined", "disputed")
    settling.run_later()
    assert settling.refund_calls() == []


@ON_ONE
@pytest.mark.parametrize("pending", [False, True])
def test_a_refund_that_was_made_before_stands(settling: Settling, pending: bool) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    if pending:
        settling.world.next_refund()
    settling.run()
    settling.world.early_fraud_warning(pair.kept)
    settling.run_later()
    assert settling.state(claim) == "frozen"
    with pytest.raises(ClaimRefused, match="nothing to begin anew"):
        lift(settling, claim)
    stands = claim_freeze.let_refund_stand(settling.stage.context, claim, **BY)
    assert stands.claim.state == ("settling" if pending else "refunded")
    if pending:
        settling.world.settle_refund(settling.refunds(pair.extra)[0]["id"])
    settling.run_until(lambda: settling.state(claim) == "refunded")
    settling.run_later()
    assert settling.state(claim) == "refunded"
    assert len(settling.refund_calls()) == 1
