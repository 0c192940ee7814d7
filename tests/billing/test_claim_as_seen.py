"""Operators act on the claim that they looked at, or not at all."""

from typing import Any

import pytest

from app.billing import claim_operating as operating
from app.db.claim import ClaimRow, claim_by_id
from app.errors import ClaimChanged, ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from app.policy.refund_outcome import Remedy
from tests.billing.claim_stage import SCREENSHOT, Claims
from tests.support.stage import START

JOURNAL = "SELECT what FROM claim_journal WHERE claim = :claim ORDER BY id"


@pytest.fixture
def failure(claims: Claims) -> str:
    """A claim that waits for an operator."""
    return claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[SCREENSHOT]).claim.id


def row(claims: Claims, claim: str) -> ClaimRow:
    with claims.stage.context.db.read() as tx:
        found = claim_by_id(tx, claim)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("confirm", []),
        ("reject", []),
        ("rule_out", [Remedy.REPROCESS]),
        ("remedied", [Remedy.REPROCESS]),
        ("record_contact", [START]),
    ],
)
def test_only_the_claim_that_was_looked_at_is_acted_on(
    claims: Claims, failure: str, verb: str, more: list[object]
) -> None:
    seen = row(claims, failure).version
    operating.confirm(claims.stage.context, failure, operator="olga", why="looked into the log")
    now = row(claims, failure)
    with pytest.raises(ClaimChanged):
        getattr(operating, verb)(claims.stage.context, failure, *more, operator="omar", why="late", version=seen)
    assert row(claims, failure) == now
    getattr(operating, verb)(claims.stage.context, failure, *more, operator="omar", why="late", version=now.version)
    assert row(claims, failure).version > now.version


def test_an_earlier_contact_and_the_appeal_are_one(claims: Claims) -> None:
    """Where the second is refused, the first has not happened either."""
    _, extra = claims.pay_twice()
    contacted = claims.stage.clock.now
    claims.wait(days=2)
    claim = claims.file(R.CHARGED_TWICE, extra).claim
    given: dict[str, Any] = {"operator": "olga", "why": "mail of that evening", "decide_again": True}
    answered = operating.record_contact(claims.stage.context, claim.id, contacted, **given)
    assert answered.claim.state == "approved"
    assert claims.column(JOURNAL, claim=claim.id)[-3:] == ["contact_recorded", "appealed", "decided"]
    approved = row(claims, claim.id)
    with pytest.raises(ClaimRefused, match="declined"):
        operating.record_contact(claims.stage.context, claim.id, claims.stage.clock.now, **given)
    assert row(claims, claim.id) == approved
