"""Operators record what they find, in the policy's order; the policy decides by it."""

from datetime import timedelta

import pytest

from app.billing import claim_operating as operating
from app.billing.claim_view import ClaimView, claim_view
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from app.policy.refund_outcome import Remedy
from tests.billing.claim_stage import ALICE, MALLORY, SCREENSHOT, Claims


def by(claims: Claims, claim: str, verb: str, *more: object) -> str:
    """The operator's act, and the state after it."""
    act = getattr(operating, verb)
    state: str = act(claims.stage.context, claim, *more, operator="olga", why="looked into the log").claim.state
    return state


@pytest.fixture
def failure(claims: Claims) -> str:
    """A claim that waits for an operator."""
    return claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[SCREENSHOT]).claim.id


def view(claims: Claims, claim: str) -> ClaimView:
    found = claim_view(claims.stage.context, claim)
    assert found is not None
    return found


def test_a_verified_failure_is_run_again(claims: Claims, failure: str) -> None:
    assert by(claims, failure, "confirm") == "referred"
    assert by(claims, failure, "remedied", Remedy.REPROCESS) == "remedied"
    assert [each.reason for each in view(claims, failure).decisions] == [
        "failure_to_be_verified",
        "failure_to_reprocess",
    ]
    assert claims.column("SELECT count(*) FROM settlement") == [0]


def test_remedies_come_in_order(claims: Claims, failure: str) -> None:
    by(claims, failure, "confirm")
    with pytest.raises(ClaimRefused, match="account_credit is not what is due"):
        by(claims, failure, "remedied", Remedy.ACCOUNT_CREDIT)
    by(claims, failure, "rule_out", Remedy.REPROCESS)
    with pytest.raises(ClaimRefused, match="reprocess is not what is due"):
        by(claims, failure, "rule_out", Remedy.REPROCESS)
    by(claims, failure, "rule_out", Remedy.ACCOUNT_CREDIT)
    with pytest.raises(ClaimRefused, match="no remedy after"):
        by(claims, failure, "rule_out", Remedy.OPERATOR_REVIEW)
    assert by(claims, failure, "remedied", Remedy.OPERATOR_REVIEW) == "remedied"
    assert [each.remedy for each in view(claims, failure).decisions] == [
        None,
        "reprocess",
        "account_credit",
        "operator_review",
    ]


def test_a_failure_that_was_not_ours(claims: Claims, failure: str) -> None:
    assert by(claims, failure, "reject") == "declined"
    last = view(claims, failure).decision
    assert last is not None
    assert (last.clause, last.reason, last.decided_by) == ("2.1", "failure_not_confirmed", "olga")


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_no_operator_turns_a_likeness_into_a_refund(claims: Claims, verb: str) -> None:
    payer = claims.customer(ALICE)
    claims.pay(customer=payer)
    extra = claims.pay(customer=payer)
    filed = claims.file(R.CHARGED_TWICE, extra, evidence=[SCREENSHOT])
    assert filed.claim.state == "referred"
    assert by(claims, filed.claim.id, verb) == ("referred" if verb == "confirm" else "declined")
    assert claims.column("SELECT outcome FROM refund_decision WHERE outcome = 'approved'") == []


@pytest.mark.parametrize("verb", ["confirm", "reject", "remedied"])
@pytest.mark.parametrize("reason", [R.DISLIKED, R.CHARGED_TWICE])
def test_only_what_waits_for_an_operator_is_judged_by_one(claims: Claims, reason: R, verb: str) -> None:
    claim = claims.file(reason, claims.pay_twice()[1]).claim
    more = [Remedy.REPROCESS] if verb == "remedied" else []
    with pytest.raises(ClaimRefused):
        by(claims, claim.id, verb, *more)
    assert view(claims, claim.id).claim == claim


def test_a_finding_needs_its_reason(claims: Claims, failure: str) -> None:
    with pytest.raises(ClaimRefused, match=r"^why"):
        operating.confirm(claims.stage.context, failure, operator="olga", why="  ")


def test_an_earlier_contact_counts_once_it_is_recorded(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    contacted = claims.stage.clock.now + timedelta(hours=3)
    claims.wait(days=2)
    late = claims.file(R.CHARGED_TWICE, extra)
    assert (late.claim.state, late.decision and late.decision.clause) == ("declined", "2.3")
    context = claims.stage.context
    operating.record_contact(context, late.claim.id, contacted, operator="olga", why="mail of that evening")
    appealed = operating.appeal(context, late.claim.id, actor="olga", why="she wrote in time")
    assert appealed.claim.state == "approved"
    first, second = view(claims, late.claim.id).decisions
    assert (second.answers, second.decided_by, first.clause, second.clause) == (first.id, "olga", "2.3", "2.2")


def test_a_contact_in_the_future_or_before_the_charge_does_not_count(claims: Claims) -> None:
    context, before = claims.stage.context, claims.stage.clock.now - timedelta(hours=1)
    _, extra = claims.pay_twice()
    claims.wait(days=2)
    claim = claims.file(R.CHARGED_TWICE, extra).claim.id
    with pytest.raises(ClaimRefused, match="future"):
        operating.record_contact(
            context, claim, claims.stage.clock.now + timedelta(seconds=1), operator="olga", why="x"
        )
    operating.record_contact(context, claim, before, operator="olga", why="a mail about something else")
    assert operating.appeal(context, claim, actor="olga", why="again").claim.state == "declined"


def test_an_appeal_without_news_is_answered_the_same_by_a_new_decision(claims: Claims) -> None:
    claim = claims.file(R.DISLIKED, claims.pay()).claim.id
    answered = operating.appeal(claims.stage.context, claim, actor=ALICE, why="but it is ugly")
    first, second = view(claims, claim).decisions
    assert (answered.claim.state, first.reason, second.reason) == ("declined", "disliked", "disliked")
    assert (first.answers, second.answers, second.number) == (None, first.id, 2)
    with pytest.raises(ClaimRefused, match="declined"):
        operating.appeal(claims.stage.context, claims.file(R.NOT_DELIVERED, None).claim.id, actor=ALICE, why="now")


def test_a_claim_is_taken_back_by_its_owner_only(claims: Claims, failure: str) -> None:
    context = claims.stage.context
    assert operating.withdraw(context, failure, uid=MALLORY, actor=MALLORY) is None
    assert operating.withdraw(context, "claim_0", uid=ALICE, actor=ALICE) is None
    taken_back = operating.withdraw(context, failure, uid=ALICE, actor=ALICE)
    assert taken_back is not None
    assert taken_back.claim.state == "withdrawn"
    with pytest.raises(ClaimRefused):
        operating.withdraw(context, failure, uid=ALICE, actor=ALICE)


def test_every_change_is_journalled_with_who_and_why(claims: Claims, failure: str) -> None:
    by(claims, failure, "confirm")
    by(claims, failure, "rule_out", Remedy.REPROCESS)
    lines = [(line.what, line.actor, line.from_state, line.to_state) for line in view(claims, failure).journal]
    assert lines == [
        ("filed", ALICE, None, "filed"),
        ("decided", "policy", "filed", "referred"),
        ("found", "olga", "referred", "referred"),
        ("decided", "olga", "referred", "referred"),
        ("found", "olga", "referred", "referred"),
        ("decided", "olga", "referred", "referred"),
    ]
    found = view(claims, failure).journal[2].detail
    assert found == {"finding": "confirmed", "why": "looked into the log"}


def test_an_unknown_claim(claims: Claims) -> None:
    for verb in ("confirm", "reject"):
        with pytest.raises(ClaimRefused, match="no such claim"):
            by(claims, "claim_0", verb)
