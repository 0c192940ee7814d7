"""Decides whether two payments are a duplicate, from facts fetched live: verified, disproved, suspected or not yet."""

from collections.abc import Iterable

from app.policy.duplicate_facts import DuplicateContext, PaymentFacts, seniority
from app.policy.duplicate_preconditions import (
    is_same_intent,
    is_same_person,
    why_not_pair,
    why_not_payment,
    why_not_yet,
    why_unclear,
)
from app.policy.duplicate_rules import judge
from app.policy.duplicate_verdict import Disproved, Suspect, Suspicion, Unsettled
from app.policy.verified_duplicate import VerifiedDuplicate

Verdict = VerifiedDuplicate | Disproved | Suspicion | Unsettled


def verify_duplicate(first: PaymentFacts, second: PaymentFacts, *, context: DuplicateContext) -> Verdict:
    """The order of the two never matters."""
    senior, junior = sorted((first, second), key=seniority)
    if disproof := why_not_pair(senior, junior):
        return Disproved(name=disproof)
    if disproof := why_not_payment(senior) or why_not_payment(junior):
        return Disproved(name=disproof)
    if not_yet := why_not_yet(senior) or why_not_yet(junior):
        return Unsettled(why=not_yet)
    if is_same_intent(senior, junior):
        return Suspicion(why=Suspect.SAME_PAYMENT_INTENT)
    if not is_same_person(senior, junior):
        return Suspicion(why=Suspect.CUSTOMER_NOT_KNOWN)
    if why := why_unclear(senior) or why_unclear(junior):
        return Suspicion(why=why)
    verdict = judge(senior, junior, context)
    if isinstance(verdict, VerifiedDuplicate) and verdict.charge in context.credited:
        return Suspicion(why=Suspect.CREDITED)
    return verdict


def strongest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """What counts of one charge held against several others: a proof, else what may become one, else the first."""
    return min(verdicts, key=_weight, default=None)


def _weight(verdict: Verdict) -> int:
    match verdict:
        case VerifiedDuplicate():
            return 1 if verdict.needs_approval else 0
        case Unsettled():
            return 2
        case Suspicion():
            return 3
        case Disproved():
            return 4
