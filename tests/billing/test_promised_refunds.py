"""An approved claim without a refund is a broken promise, once there was time for it."""

from datetime import timedelta

from app.billing.promises import approved_claims_are_refunded
from tests.billing.settling_stage import Settling


def test_an_approved_claim_is_found_until_its_refund_is_made(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    context = settling.stage.context
    assert approved_claims_are_refunded(context) == []
    settling.stage.clock.advance(timedelta(hours=2))
    (found,) = approved_claims_are_refunded(context)
    assert found.about == claim
    assert f"{pair.extra} is not refunded (approved) since" in found.what
    settling.run()
    assert approved_claims_are_refunded(context) == []
