"""Decides a refund claim by the written policy: a column of guards in the policy's order, the first that fits wins."""

from functools import cache
from typing import assert_never

from app.policy.claim_reasons import ANSWERED_AT_ONCE, ClaimReason
from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof
from app.policy.refund_facts import ClaimFacts, Delivery, Finding, OperatorFinding, OrderNumber, Window
from app.policy.refund_outcome import Decision, DecisionReason, Detail, Outcome, Remedy
from app.policy.refund_sentences import sentence_for
from app.policy.standing import Standing

R = DecisionReason


def decide_refund(facts: ClaimFacts) -> Decision:
    if facts.standing is not Standing.GOOD:
        return _declined(Clause.VIOLATION, R.BAD_STANDING)
    if missing := missing_details(facts):
        return _incomplete(facts, missing)
    if facts.window is Window.TOO_LATE:
        return _declined(Clause.WINDOW, R.TOO_LATE)
    return _decide_by_reason(facts)


def missing_details(facts: ClaimFacts) -> tuple[Detail, ...]:
    """What clause 5.1 still asks for; evidence only where it can matter."""
    given = {
        Detail.UID: facts.uid_given,
        Detail.ORDER_NUMBER: facts.order_number is OrderNumber.FOUND,
        Detail.EVIDENCE: facts.evidence_given or _is_evidence_waived(facts),
    }
    return tuple(detail for detail, is_given in given.items() if not is_given)


def _decide_by_reason(facts: ClaimFacts) -> Decision:
    match facts.reason:
        case ClaimReason.CHARGED_TWICE:
            return _decide_duplicate(facts)
        case ClaimReason.NOT_DELIVERED:
            return _decide_delivery(facts)
        case ClaimReason.DISLIKED:
            return _declined(Clause.SATISFACTION, R.DISLIKED)
        case ClaimReason.OWN_MISTAKE:
            return _declined(Clause.USER_ERROR, R.OWN_MISTAKE)
        case ClaimReason.CANCELED_IN_TIME | ClaimReason.REST_OF_PERIOD | ClaimReason.FORGOT_TO_CANCEL:
            return _decide_period(facts)
        case ClaimReason.SOMETHING_ELSE:
            return _decide_other(facts)
    assert_never(facts.reason)


def _is_evidence_waived(facts: ClaimFacts) -> bool:
    if facts.reason in ANSWERED_AT_ONCE or facts.renewed_despite_cancellation:
        return True  # no evidence could change the answer, or our own records are it
    # Stripe's records prove the case one way or the other, or are about to.
    open_to_doubt = facts.duplicate in (Finding.SUSPECTED, Finding.NO_SECOND_PAYMENT)
    return facts.reason is ClaimReason.CHARGED_TWICE and not open_to_doubt


def _incomplete(facts: ClaimFacts, missing: tuple[Detail, ...]) -> Decision:
    if not facts.may_complete:
        return _decision(Outcome.DECLINED, Clause.CLAIM_DETAILS, R.DETAILS_NEVER_CAME, missing=missing)
    not_found = facts.order_number is OrderNumber.NOT_FOUND
    reason = R.ORDER_NOT_FOUND if not_found else R.DETAILS_MISSING
    return _decision(Outcome.NEEDS_INFORMATION, Clause.CLAIM_DETAILS, reason, missing=missing)


def _decide_duplicate(facts: ClaimFacts) -> Decision:
    """A delivered task is no answer here: the extra charge bought nothing."""
    clause = Clause.DUPLICATE_PAYMENT
    if facts.window is Window.NOTHING_CHARGED:
        return _declined(clause, R.NOTHING_CHARGED_TWICE)
    finding = facts.duplicate
    if isinstance(finding, Disproof):
        return _decide_disproved(facts.operator, finding)
    rejected = facts.operator is OperatorFinding.REJECTED
    match finding:
        case Finding.VERIFIED:
            return _decision(Outcome.APPROVED, clause, R.DUPLICATE_VERIFIED)
        case Finding.VERIFIED_TWIN:
            return _decide_twin(facts)
        case Finding.UNSETTLED:
            return _decision(Outcome.WAITING, clause, R.PAYMENT_NOT_SETTLED)
        case Finding.SUSPECTED:
            # An operator's opinion can end a suspicion; it cannot make it a proof.
            return _declined(clause, R.SUSPICION_REJECTED) if rejected else _referred(clause, R.DUPLICATE_SUSPECTED)
        case Finding.NO_SECOND_PAYMENT:
            return _declined(clause, R.SUSPICION_REJECTED) if rejected else _referred(clause, R.NO_SECOND_PAYMENT)
    assert_never(finding)


def _decide_disproved(operator: OperatorFinding, disproof: Disproof) -> Decision:
    """The records decide; whoever has something that they do not show is heard by a person, once."""
    clause = Clause.DUPLICATE_PAYMENT
    match operator:
        case OperatorFinding.DUE:
            return _decision(Outcome.REFERRED, clause, R.DUPLICATE_APPEALED, disproof=disproof)
        case OperatorFinding.REJECTED:
            return _decision(Outcome.DECLINED, clause, R.DISPROOF_UPHELD, disproof=disproof)
    return _decision(Outcome.DECLINED, clause, R.DUPLICATE_DISPROVED, disproof=disproof)


def _decide_twin(facts: ClaimFacts) -> Decision:
    match facts.operator:
        case OperatorFinding.CONFIRMED:
            return _decision(Outcome.APPROVED, Clause.DUPLICATE_PAYMENT, R.TWIN_APPROVED)
        case OperatorFinding.REJECTED:
            return _declined(Clause.DUPLICATE_PAYMENT, R.TWIN_REJECTED)
    return _referred(Clause.DUPLICATE_PAYMENT, R.TWIN_NEEDS_APPROVAL)


def _decide_delivery(facts: ClaimFacts) -> Decision:
    if facts.delivery is Delivery.SUCCEEDED:
        return _declined(Clause.DELIVERED, R.DELIVERED)
    return _decide_failure(facts)


def _decide_period(facts: ClaimFacts) -> Decision:
    """A cancellation that we have on record and that came too late at Stripe is our failure, however it is told."""
    if facts.renewed_despite_cancellation or facts.reason is ClaimReason.CANCELED_IN_TIME:
        return _decide_failure(facts)
    if facts.reason is ClaimReason.REST_OF_PERIOD:
        return _declined(Clause.NO_PRO_RATING, R.REST_OF_PERIOD)
    return _declined(Clause.BEFORE_RENEWAL, R.RENEWED)


def _decide_failure(facts: ClaimFacts) -> Decision:
    """An operator verifies it; what then makes it good is in the policy's order, and never the gateway."""
    clause = Clause.SYSTEM_FAILURE
    if facts.window is Window.NOTHING_CHARGED:
        return _declined(clause, R.NOTHING_CHARGED)
    match facts.operator:
        case OperatorFinding.NONE | OperatorFinding.DUE:
            return _referred(clause, R.FAILURE_TO_BE_VERIFIED)
        case OperatorFinding.REJECTED:
            return _declined_failure(facts)
        case OperatorFinding.CONFIRMED:
            return _referred(clause, R.FAILURE_TO_REPROCESS, Remedy.REPROCESS)
        case OperatorFinding.NOT_REPROCESSABLE:
            return _referred(clause, R.FAILURE_TO_CREDIT, Remedy.ACCOUNT_CREDIT)
        case OperatorFinding.NOT_CREDITABLE_EITHER:
            return _referred(clause, R.FAILURE_TO_REVIEW, Remedy.OPERATOR_REVIEW)
    assert_never(facts.operator)


def _declined_failure(facts: ClaimFacts) -> Decision:
    if facts.reason is ClaimReason.CANCELED_IN_TIME and not facts.renewed_despite_cancellation:
        return _declined(Clause.BEFORE_RENEWAL, R.NOT_CANCELED_IN_TIME)
    return _declined(Clause.SYSTEM_FAILURE, R.FAILURE_NOT_CONFIRMED)


def _decide_other(facts: ClaimFacts) -> Decision:
    if facts.operator is OperatorFinding.REJECTED:
        return _declined(Clause.CLAIM_DETAILS, R.NO_GROUND)
    return _referred(Clause.CLAIM_DETAILS, R.TO_BE_READ)


def _declined(clause: Clause, reason: DecisionReason) -> Decision:
    return _decision(Outcome.DECLINED, clause, reason)


def _referred(clause: Clause, reason: DecisionReason, remedy: Remedy | None = None) -> Decision:
    return _decision(Outcome.REFERRED, clause, reason, remedy=remedy)


@cache  # a decision is a value, and there are few of them
def _decision(
    outcome: Outcome,
    clause: Clause,
    reason: DecisionReason,
    *,
    disproof: Disproof | None = None,
    missing: tuple[Detail, ...] = (),
    remedy: Remedy | None = None,
) -> Decision:
    return Decision(
        outcome=outcome,
        clause=clause,
        reason=reason,
        disproof=disproof,
        missing=missing,
        remedy=remedy,
        sentence=sentence_for(reason, disproof, missing),
    )
