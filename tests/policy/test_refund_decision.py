"""Each answer to a refund claim, by descending precedence: the first guard that fits wins."""

from dataclasses import replace
from typing import Any

import pytest

from app.policy.claim_reasons import ANSWERED_AT_ONCE, ClaimReason
from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import ClaimFacts, Delivery, Finding, OperatorFinding, OrderNumber, Window
from app.policy.refund_outcome import Decision, DecisionReason, Detail, Outcome, Remedy
from app.policy.refund_sentences import DETAILS, DISPROOFS, SENTENCES, sentence_for
from app.policy.standing import Standing

APPROVED, DECLINED, REFERRED = Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED
ASKS, WAITS = Outcome.NEEDS_INFORMATION, Outcome.WAITING
R = DecisionReason

CLAIM = ClaimFacts(
    standing=Standing.GOOD,
    reason=ClaimReason.CHARGED_TWICE,
    uid_given=True,
    order_number=OrderNumber.FOUND,
    evidence_given=True,
    may_complete=True,
    window=Window.IN_TIME,
    duplicate=Finding.VERIFIED,
    delivery=Delivery.NO_RECORD,
    renewed_despite_cancellation=False,
    operator=OperatorFinding.NONE,
)


def decided(**changes: Any) -> Decision:
    return decide_refund(replace(CLAIM, **changes))


def told(decision: Decision) -> tuple[Outcome, Clause, DecisionReason]:
    return decision.outcome, decision.clause, decision.reason


BARE = {"uid_given": False, "order_number": OrderNumber.MISSING, "evidence_given": False}
LATE = {"window": Window.TOO_LATE}
NOTHING = {"window": Window.NOTHING_CHARGED}
RENEWED = {"renewed_despite_cancellation": True}
SAYS = {reason: {"reason": reason} for reason in ClaimReason}
FAILED = SAYS[ClaimReason.NOT_DELIVERED]
CANCELED = SAYS[ClaimReason.CANCELED_IN_TIME]
FORGOT = SAYS[ClaimReason.FORGOT_TO_CANCEL]
REST = SAYS[ClaimReason.REST_OF_PERIOD]
OTHER = SAYS[ClaimReason.SOMETHING_ELSE]
DELIVERED = {"delivery": Delivery.SUCCEEDED}
TWIN = {"duplicate": Finding.VERIFIED_TWIN}
SUSPECTED = {"duplicate": Finding.SUSPECTED}
ALONE = {"duplicate": Finding.NO_SECOND_PAYMENT}
YES, NO = {"operator": OperatorFinding.CONFIRMED}, {"operator": OperatorFinding.REJECTED}
NOT_AGAIN = {"operator": OperatorFinding.NOT_REPROCESSABLE}
NEITHER = {"operator": OperatorFinding.NOT_CREDITABLE_EITHER}

ROWS = [
    # 4.1 before everything else
    ({"standing": Standing.SUSPENDED}, DECLINED, "4.1", R.BAD_STANDING),
    ({"standing": Standing.TERMINATED} | BARE | LATE, DECLINED, "4.1", R.BAD_STANDING),
    # 5.1 before the window: what is asked for may still show that the claim was in time
    (BARE, ASKS, "5.1", R.DETAILS_MISSING),
    (BARE | LATE, ASKS, "5.1", R.DETAILS_MISSING),
    ({"uid_given": False}, ASKS, "5.1", R.DETAILS_MISSING),
    ({"order_number": OrderNumber.MISSING}, ASKS, "5.1", R.DETAILS_MISSING),
    ({"order_number": OrderNumber.NOT_FOUND}, ASKS, "5.1", R.ORDER_NOT_FOUND),
    (BARE | {"may_complete": False}, DECLINED, "5.1", R.DETAILS_NEVER_CAME),
    (FAILED | {"evidence_given": False}, ASKS, "5.1", R.DETAILS_MISSING),
    (OTHER | {"evidence_given": False}, ASKS, "5.1", R.DETAILS_MISSING),
    (SUSPECTED | {"evidence_given": False}, ASKS, "5.1", R.DETAILS_MISSING),
    # 2.3 before the reason
    (LATE, DECLINED, "2.3", R.TOO_LATE),
    (LATE | TWIN | YES, DECLINED, "2.3", R.TOO_LATE),
    (LATE | SAYS[ClaimReason.DISLIKED], DECLINED, "2.3", R.TOO_LATE),
    # 2.2, which a delivered task never hinders
    ({}, APPROVED, "2.2", R.DUPLICATE_VERIFIED),
    (DELIVERED, APPROVED, "2.2", R.DUPLICATE_VERIFIED),
    (NO, APPROVED, "2.2", R.DUPLICATE_VERIFIED),
    (TWIN, REFERRED, "2.2", R.TWIN_NEEDS_APPROVAL),
    (TWIN | NOT_AGAIN, REFERRED, "2.2", R.TWIN_NEEDS_APPROVAL),
    (TWIN | YES, APPROVED, "2.2", R.TWIN_APPROVED),
    (TWIN | NO, DECLINED, "2.2", R.TWIN_REJECTED),
    (SUSPECTED, REFERRED, "2.2", R.DUPLICATE_SUSPECTED),
    (SUSPECTED | YES, REFERRED, "2.2", R.DUPLICATE_SUSPECTED),
    (SUSPECTED | NO, DECLINED, "2.2", R.SUSPICION_REJECTED),
    (ALONE, REFERRED, "2.2", R.NO_SECOND_PAYMENT),
    (ALONE | NO, DECLINED, "2.2", R.SUSPICION_REJECTED),
    ({"duplicate": Disproof.RENEWAL}, DECLINED, "2.2", R.DUPLICATE_DISPROVED),
    ({"duplicate": Disproof.RENEWAL, "operator": OperatorFinding.DUE}, REFERRED, "2.2", R.DUPLICATE_APPEALED),
    ({"duplicate": Disproof.RENEWAL, "operator": OperatorFinding.REJECTED}, DECLINED, "2.2", R.DISPROOF_UPHELD),
    ({"duplicate": Finding.UNSETTLED}, WAITS, "2.2", R.PAYMENT_NOT_SETTLED),
    (NOTHING, DECLINED, "2.2", R.NOTHING_CHARGED_TWICE),
    # 2.1 after 1.1
    (FAILED | DELIVERED, DECLINED, "1.1", R.DELIVERED),
    (FAILED | DELIVERED | YES, DECLINED, "1.1", R.DELIVERED),
    (FAILED | NOTHING, DECLINED, "2.1", R.NOTHING_CHARGED),
    (FAILED, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (FAILED | {"delivery": Delivery.FAILED}, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (FAILED | NO, DECLINED, "2.1", R.FAILURE_NOT_CONFIRMED),
    (FAILED | YES, REFERRED, "2.1", R.FAILURE_TO_REPROCESS),
    (FAILED | NOT_AGAIN, REFERRED, "2.1", R.FAILURE_TO_CREDIT),
    (FAILED | NEITHER, REFERRED, "2.1", R.FAILURE_TO_REVIEW),
    # 1.2 and 1.3
    (SAYS[ClaimReason.DISLIKED], DECLINED, "1.2", R.DISLIKED),
    (SAYS[ClaimReason.OWN_MISTAKE], DECLINED, "1.3", R.OWN_MISTAKE),
    # 3.2 and 3.3, unless our own records show that it was our fault
    (REST, DECLINED, "3.2", R.REST_OF_PERIOD),
    (FORGOT, DECLINED, "3.3", R.RENEWED),
    (FORGOT | RENEWED, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (REST | RENEWED | DELIVERED, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (CANCELED | {"evidence_given": False}, ASKS, "5.1", R.DETAILS_MISSING),
    (CANCELED, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (CANCELED | NO, DECLINED, "3.3", R.NOT_CANCELED_IN_TIME),
    (CANCELED | RENEWED | {"evidence_given": False}, REFERRED, "2.1", R.FAILURE_TO_BE_VERIFIED),
    (CANCELED | RENEWED | NO, DECLINED, "2.1", R.FAILURE_NOT_CONFIRMED),
    # whatever else
    (OTHER, REFERRED, "5.1", R.TO_BE_READ),
    (OTHER | NO, DECLINED, "5.1", R.NO_GROUND),
]


@pytest.mark.parametrize(("changes", "outcome", "clause", "reason"), ROWS)
def test_answers_by_descending_precedence(
    changes: dict[str, Any], outcome: Outcome, clause: str, reason: DecisionReason
) -> None:
    assert told(decided(**changes)) == (outcome, clause, reason)


def test_the_rows_give_every_reason() -> None:
    assert {row[3] for row in ROWS} == set(DecisionReason)


def test_the_rows_reach_every_clause_that_decides_about_money() -> None:
    assert {row[2] for row in ROWS} == set(Clause) - {Clause.CANCEL}  # 3.1 gives time, and no claim is decided by it


@pytest.mark.parametrize("reason", sorted(ANSWERED_AT_ONCE))
def test_what_is_declined_anyway_needs_no_evidence(reason: ClaimReason) -> None:
    decision = decided(reason=reason, evidence_given=False)
    assert (decision.outcome, decision.clause) == (DECLINED, reason.clause)


@pytest.mark.parametrize("finding", [Finding.VERIFIED, Finding.VERIFIED_TWIN, Finding.UNSETTLED, *Disproof])
def test_where_the_records_prove_the_case_no_evidence_is_asked_for(finding: Finding | Disproof) -> None:
    assert decided(duplicate=finding, evidence_given=False) == decided(duplicate=finding)


def test_what_is_missing_is_named() -> None:
    assert decided(**BARE, duplicate=Finding.SUSPECTED).missing == tuple(Detail)
    assert decided(**BARE).missing == (Detail.UID, Detail.ORDER_NUMBER)
    assert "your user ID and the order number" in decided(**BARE).sentence
    assert decided().missing == ()


def test_an_order_number_of_somebody_else_is_asked_for_again_like_an_unknown_one() -> None:
    decision = decided(order_number=OrderNumber.NOT_FOUND)
    assert (decision.outcome, decision.missing) == (ASKS, (Detail.ORDER_NUMBER,))


def test_the_disproof_is_named_and_reaches_the_sentence() -> None:
    decision = decided(duplicate=Disproof.UNCAPTURED_HOLD)
    assert decision.disproof is Disproof.UNCAPTURED_HOLD
    assert decision.sentence.startswith(DISPROOFS[Disproof.UNCAPTURED_HOLD])


def test_the_remedies_come_in_order_and_none_is_a_refund() -> None:
    stages = (YES, NOT_AGAIN, NEITHER)
    decisions = [decided(reason=ClaimReason.NOT_DELIVERED, **stage) for stage in stages]
    assert [decision.remedy for decision in decisions] == list(Remedy)
    assert {decision.outcome for decision in decisions} == {REFERRED}


def test_every_answer_has_its_sentence() -> None:
    assert set(SENTENCES) == set(DecisionReason)
    assert set(DISPROOFS) == set(Disproof)
    assert set(DETAILS) == set(Detail)


@pytest.mark.parametrize("reason", DecisionReason)
def test_a_sentence_is_plain_and_complete(reason: DecisionReason) -> None:
    sentence = sentence_for(reason, Disproof.RENEWAL if reason is R.DUPLICATE_DISPROVED else None, (Detail.UID,))
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize("reason", [R.RENEWED, R.REST_OF_PERIOD, R.NOT_CANCELED_IN_TIME, R.DISLIKED])
def test_who_wants_out_is_told_how(reason: DecisionReason) -> None:
    assert "cancel in your account settings" in sentence_for(reason)
