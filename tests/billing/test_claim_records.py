"""A cancellation that came in time and did not reach Stripe before the renewal: our records file the claim."""

from datetime import timedelta

from app.billing.claim_deciding import expire_incomplete
from app.billing.claim_filing import FiledBy, file_claim
from app.billing.claim_records import claim_late_cancellations
from app.billing.claim_view import ClaimView, claims_view
from app.policy.claim_reasons import ClaimReason
from tests.billing.cancellation_stage import ALICE, Stage

HOUR = timedelta(hours=1)


def test_it_becomes_a_claim_for_an_operator_by_itself(stage: Stage) -> None:
    _renewed_all_the_same(stage)
    assert claim_late_cancellations(stage.context) == 1
    found = _only(stage)
    claim, decision, row = found.claim, found.decision, stage.row
    assert decision is not None
    assert (claim.state, decision.clause, decision.reason) == ("referred", "2.1", "failure_to_be_verified")
    assert (claim.uid, claim.filed_by, claim.reason) == (ALICE, "records", "canceled_in_time")
    assert (claim.cancellation_request, claim.order_number) == (row["id"], row["renewal_invoice"])
    assert claim.contacted_at is not None
    assert claim.contacted_at < stage.cycle_end < claim.filed_at + timedelta(days=31)


def test_it_is_filed_once(stage: Stage) -> None:
    _renewed_all_the_same(stage)
    assert [claim_late_cancellations(stage.context) for _ in range(3)] == [1, 0, 0]


def test_a_job_that_comes_days_later_is_in_time(stage: Stage) -> None:
    """The customer asked in time; that we were slow is not theirs."""
    _renewed_all_the_same(stage)
    stage.clock.advance(timedelta(days=5))
    claim_late_cancellations(stage.context)
    assert _only(stage).claim.state == "referred"


def test_it_joins_what_the_customer_claimed_already(stage: Stage) -> None:
    _renewed_all_the_same(stage)
    charged = stage.invoices[-1]["id"]
    filed = file_claim(
        stage.context,
        uid=ALICE,
        reason=ClaimReason.CANCELED_IN_TIME,
        order_number=charged,
        text="I canceled!",
        filed_by=FiledBy.CUSTOMER,
        actor=ALICE,
    )
    assert filed.claim.state == "needs_information"
    assert [claim_late_cancellations(stage.context) for _ in range(2)] == [1, 0]
    found = _only(stage)
    assert (found.claim.id, found.claim.state) == (filed.claim.id, "referred")
    assert [line.what for line in found.journal] == ["filed", "decided", "linked", "decided"]


def test_before_the_charge_is_mirrored_it_waits(stage: Stage) -> None:
    _renewed_all_the_same(stage, heard=False)
    claim_late_cancellations(stage.context)
    assert _only(stage).claim.state == "needs_information"
    stage.hear()
    stage.clock.advance(timedelta(minutes=2))
    expire_incomplete(stage.context)
    assert _only(stage).claim.state == "referred"


def test_a_cancellation_in_time_is_no_claim(stage: Stage) -> None:
    stage.subscribe()
    stage.cancel()
    stage.hear()
    assert claim_late_cancellations(stage.context) == 0
    assert claims_view(stage.context, ALICE) == ()


def _renewed_all_the_same(stage: Stage, *, heard: bool = True) -> None:
    stage.subscribe()
    end = stage.cycle_end
    stage.advance_to(end - HOUR)
    stage.world.trouble.outage()
    stage.cancel()
    stage.world.trouble.calm()
    stage.advance_to(end + 2 * HOUR)
    if heard:
        stage.hear()
    stage.repeat()
    assert stage.row["outcome"] == "renewed_before_cancel"


def _only(stage: Stage) -> ClaimView:
    (found,) = claims_view(stage.context, ALICE)
    return found
