"""Filing a claim: what it is about, that it is one, and what it is answered."""

import pytest

from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, MALLORY, SCREENSHOT, Claims


def test_a_subscription_is_answered(claims: Claims) -> None:
    subscription, charge = claims.subscribe()
    filed = claims.file(R.DISLIKED, charge)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.clause, filed.claim.subscription) == ("declined", "1.2", subscription)
