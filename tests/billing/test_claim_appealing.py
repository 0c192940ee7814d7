"""An appeal that brings something new is looked at by a person; what a person cannot change is answered at once."""

from typing import Any

import pytest

from app.billing.claim_appealing import appeal
from app.billing.claim_filing import FiledClaim
from app.billing.claim_operating import reject
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, SCREENSHOT, Claims
from tests.support.standing import decide


def disproved(claims: Claims, text: str = "Twice!") -> str:
    """Two payments of two orders."""
    payer = claims.customer(ALICE)
    claims.pay(order="order-1", customer=payer)
    filed = claims.file(R.CHARGED_TWICE, claims.pay(order="order-2", customer=payer), text=text)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.reason) == ("declined", "duplicate_disproved")
    return filed.claim.id


def appealed(claims: Claims, claim: str, **more: Any) -> FiledClaim:
    found = appeal(claims.stage.context, claim, uid=ALICE, actor=ALICE, **{"text": ""} | more)
    assert found is not None
    return found


@pytest.mark.parametrize("news", [{"text": "The shop says it was one order."}, {"evidence": [SCREENSHOT]}])
def test_what_is_new_goes_to_a_person_whose_answer_stays(claims: Claims, news: dict[str, Any]) -> None:
    claim = disproved(claims)
    again = appealed(claims, claim, **news)
    assert again.decision is not None
    assert (again.claim.state, again.decision.reason) == ("referred", "duplicate_appealed")
    assert "appeal" not in again.decision.sentence
    answered = reject(claims.stage.context, claim, operator="olga", why="two orders")
    assert answered.decision is not None
    assert (answered.claim.state, answered.decision.reason) == ("declined", "disproof_upheld")
    with pytest.raises(ClaimRefused):
        appealed(claims, claim, text="Once more")


def test_without_anything_new_the_one_appeal_is_not_spent(claims: Claims) -> None:
    claim = disproved(claims)
    with pytest.raises(ClaimRefused, match="what we have not seen"):
        appealed(claims, claim, text="Twice!")
    assert appealed(claims, claim, text="Here is why.").claim.state == "referred"


def test_who_has_lost_their_standing_is_answered_at_once(claims: Claims) -> None:
    claim = disproved(claims)
    decide(claims.stage, ALICE, "terminated")
    again = appealed(claims, claim, text="The shop says it was one order.")
    assert again.decision is not None
    assert (again.claim.state, again.decision.clause) == ("declined", "4.1")
