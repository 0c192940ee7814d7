"""A user is terminated while Stripe is being asked about their claim."""

from datetime import timedelta

import pytest

from app.billing import claim_deciding, claim_facts
from app.billing.claim_facts import Gathered
from app.billing.context import Context
from app.billing.settling import run_due
from app.billing.standing import Ruling, decide_standing
from app.db.claim import ClaimRow
from app.policy.claim_reasons import ClaimReason
from app.policy.clauses import Clause
from app.policy.standing import Standing
from tests.billing.claim_stage import ALICE, Claims


def test_nothing_is_approved_to_who_was_terminated_while_stripe_was_asked(
    claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = claim_deciding.decide
    _, extra = claims.pay_twice()
    claims.subscribe()
    with monkeypatch.context() as patched:
        patched.setattr(claim_deciding, "decide", lambda context, claim: decide(context, claim, gather=_terminated))
        filed = claims.file(ClaimReason.CHARGED_TWICE, extra)
    assert filed.decision is None
    claims.stage.clock.advance(timedelta(minutes=3))
    claim_deciding.decide_waiting(claims.stage.context)
    answer = claim_deciding.answer(claims.stage.context, filed.claim.id)
    assert answer.decision is not None
    assert (answer.claim.state, answer.decision.clause) == ("declined", Clause.VIOLATION)
    assert claims.column("SELECT claim FROM settlement") == []


def _terminated(context: Context, claim: ClaimRow) -> Gathered:
    seen = claim_facts.gather(context, claim)
    decide_standing(context, Ruling(uid=ALICE, standing=Standing.TERMINATED, reason="fraud", actor="olga"))
    return seen


def test_nothing_is_paid_to_who_was_terminated_after_the_approval(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    filed = claims.file(ClaimReason.CHARGED_TWICE, extra)
    assert claims.column("SELECT state FROM claim") == ["approved"]
    context = claims.stage.context
    decide_standing(context, Ruling(uid=ALICE, standing=Standing.TERMINATED, reason="fraud", actor="olga"))
    run_due(context, limit=10)
    assert claims.stage.world.call("GET", "/v1/refunds")["data"] == []
    assert claim_deciding.answer(context, filed.claim.id).claim.state == "referred"
