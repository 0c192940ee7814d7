"""A customer adds to a claim for ever, and each time Stripe is asked about all of their payments."""

import pytest

from app.billing.claim_completing import MOST_ADDITIONS
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason
from tests.billing.claim_stage import SCREENSHOT, Claims


def test_a_claim_does_not_grow_for_ever(claims: Claims) -> None:
    filed = claims.file(ClaimReason.CHARGED_TWICE, claims.pay(), evidence=[SCREENSHOT])
    for _ in range(MOST_ADDITIONS):
        claims.complete(filed.claim.id, text="and one more thing")
    with pytest.raises(ClaimRefused, match="write to support"):
        claims.complete(filed.claim.id, text="and one more thing")
    assert claims.column("SELECT count(*) FROM claim_journal WHERE what = 'completed'") == [MOST_ADDITIONS]
