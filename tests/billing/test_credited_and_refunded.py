"""A payment goes back once: as an account credit, as a refund of a duplicate, or through the payer's bank."""

from typing import Any

import pytest

from app.billing import claim_deciding
from app.billing import claim_operating as operating
from app.billing.claim_crediting import credit
from app.billing.claim_storing import store
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from app.policy.refund_outcome import Remedy
from tests.billing.claim_stage import SCREENSHOT
from tests.billing.settling_stage import Settling
from tests.billing.test_claim_crediting import BY, order


def test_a_payment_whose_failure_was_credited_is_not_refunded_as_a_duplicate(settling: Settling) -> None:
    pair = settling.same_order()
    assert order(settling, _credit_due(settling, pair.extra)) == "remedied"
    claim = settling.claims.file(R.CHARGED_TWICE, pair.extra, evidence=[SCREENSHOT]).claim.id
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])
    assert (
        '"suspected":"credited"' in settling.claims.column("SELECT seen FROM refund_decision ORDER BY decided_at")[-1]
    )


def test_a_credit_after_the_approval_keeps_the_refund_from_being_made(settling: Settling) -> None:
    pair = settling.same_order()
    failed = _credit_due(settling, pair.extra)
    claim = settling.approved(pair)
    with pytest.raises(ClaimRefused, match="refunded as a duplicate"):
        credit(settling.stage.context, failed, 900, **BY)
    settling.run()
    assert (settling.state(claim), settling.state(failed)) == ("refunded", "referred")
    with pytest.raises(ClaimRefused, match="refunded as a duplicate"):
        credit(settling.stage.context, failed, 1, **BY)
    assert settling.changes_of_credit(pair.customer) == []


def test_a_credit_that_is_ordered_while_the_refund_is_being_approved_stops_it(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = settling.same_order()
    failed = _credit_due(settling, pair.extra)

    def credited_first(*given: Any, **more: Any) -> bool:
        assert order(settling, failed, 900) == "remedied"
        return store(*given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(claim_deciding, "store", credited_first)
        claim = settling.approved(pair)
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])
    assert settling.settlement(claim)["why"] == "credited"
    assert settling.changes_of_credit(pair.customer) == [-900]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_payment_that_is_kept_may_be_credited(settling: Settling) -> None:
    """It was for a task that failed, and the other one for nothing: both are made good."""
    pair = settling.same_order()
    failed, claim = _credit_due(settling, pair.kept), settling.approved(pair)
    assert order(settling, failed, 900) == "remedied"
    settling.run()
    assert settling.state(claim) == "refunded"
    assert settling.changes_of_credit(pair.customer) == [-900]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("status", ["needs_response", "lost"])
def test_what_the_payer_has_taken_to_the_bank_is_not_credited(settling: Settling, status: str) -> None:
    """The bank pays it back, or may."""
    charge = settling.claims.pay()
    failed = _credit_due(settling, charge)
    dispute = settling.world.dispute(charge)["id"]
    if status != "needs_response":
        settling.world.dispute_becomes(dispute, status)
    settling.stage.deliver()
    with pytest.raises(ClaimRefused, match="at the bank"):
        credit(settling.stage.context, failed, 900, **BY)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_taken_to_the_bank_before_the_credit_is_made_is_not_credited(settling: Settling) -> None:
    charge = settling.claims.pay()
    failed, customer = _credit_due(settling, charge), settling.charge(charge)["customer"]
    settling.world.trouble.outage(1, only=f"GET /v1/customers/{customer}/balance_transactions")
    assert order(settling, failed, 900) == "crediting"
    settling.world.dispute(charge)
    settling.stage.deliver()
    settling.run_until(lambda: settling.state(failed) != "crediting")
    assert (settling.state(failed), settling.changes_of_credit(customer)) == ("referred", [])


def test_what_the_bank_has_left_to_us_may_be_credited(settling: Settling) -> None:
    charge = settling.claims.pay()
    failed = _credit_due(settling, charge)
    dispute = settling.world.dispute(charge)["id"]
    settling.stage.deliver()
    settling.world.win_dispute(dispute)
    settling.stage.deliver()
    assert order(settling, failed, 900) == "remedied"


def _credit_due(settling: Settling, charge: str) -> str:
    """A claim for which a credit of this payment is due."""
    claim = settling.claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT]).claim.id
    operating.confirm(settling.stage.context, claim, **BY)
    operating.rule_out(settling.stage.context, claim, Remedy.REPROCESS, **BY)
    return claim
