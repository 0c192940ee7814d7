"""What two payments that look alike turn out to be at Stripe; a proven duplicate is claimed for its owner."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from app.billing.claim_filing import FiledBy, file_claim
from app.billing.context import Context
from app.billing.pair_verdict import verify_pair
from app.db.charge_owner import charge_with_owner
from app.db.charges_alike import Alike
from app.db.claim import ClaimRow, claims_about
from app.db.standing import standing_of
from app.errors import ClaimRefused, StripeMissing
from app.logs import log
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.duplicate import Verdict
from app.policy.duplicate_verdict import Disproved, Suspicion, Unsettled
from app.policy.refund_facts import OperatorFinding
from app.policy.standing import Standing
from app.policy.verified_duplicate import VerifiedDuplicate

BY = "detector"
ASK_AGAIN = timedelta(hours=1)
LAST_CALL = timedelta(hours=23)
"""What has not settled by then is claimed all the same, so that it is in time whatever comes out."""


class Found(StrEnum):
    VERIFIED = "verified"
    SUSPECTED = "suspected"
    DISPROVED = "disproved"
    UNSETTLED = "unsettled"
    CLAIMED = "claimed"  # somebody has asked already
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """`claim` is the one that was filed because of it; `again` is after how long to look although nothing changed."""

    found: Found
    why: str | None = None
    claim: str | None = None
    again: timedelta | None = None


def find(context: Context, pair: Alike, *, later: timedelta) -> Finding:
    """Raises StripeUnavailable. What is not settled yet is to be looked at again so much later."""
    if _is_claimed(context, pair):
        return Finding(found=Found.CLAIMED)
    try:
        verdict = verify_pair(context, pair.later, pair.earlier)
    except StripeMissing:
        return Finding(found=Found.UNREADABLE, why="missing")
    return _judged(context, pair, verdict, later)


def _judged(context: Context, pair: Alike, verdict: Verdict, later: timedelta) -> Finding:
    match verdict:
        case VerifiedDuplicate(rule=rule):
            return _claim(context, verdict.charge, Found.VERIFIED, why=str(rule))
        case Unsettled(why=not_yet):
            if context.clock().timestamp() >= pair.later_at + LAST_CALL.total_seconds():
                return _claim(context, pair.later, Found.UNSETTLED, why=str(not_yet))
            return Finding(found=Found.UNSETTLED, why=str(not_yet), again=later)
        case Suspicion(why=suspect):
            return Finding(found=Found.SUSPECTED, why=str(suspect))
        case Disproved(name=name):
            return Finding(found=Found.DISPROVED, why=str(name))
    assert_never(verdict)


def _is_claimed(context: Context, pair: Alike) -> bool:
    with context.db.read() as tx:
        about = claims_about(tx, [pair.later, pair.earlier])
    return any(_stands(claim) for claim in about if claim.reason == ClaimReason.CHARGED_TWICE)


def _stands(claim: ClaimRow) -> bool:
    """Only what the policy alone has declined is asked anew, and not by ourselves twice."""
    person = claim.operator_finding != OperatorFinding.NONE
    return claim.state != ClaimState.DECLINED or person or claim.filed_by == FiledBy.DETECTOR


def _claim(context: Context, charge: str, found: Found, *, why: str) -> Finding:
    """Whose payment nobody knows is left to operators; who is not in good standing has nothing back."""
    with context.db.read() as tx:
        owned = charge_with_owner(tx, charge)
        uid = owned.uid if owned else None
        standing = standing_of(tx, uid) if uid else Standing.GOOD
    if uid is None or standing is not Standing.GOOD:
        return Finding(found=found, why=why, again=ASK_AGAIN)
    try:
        filed = file_claim(
            context,
            uid=uid,
            reason=ClaimReason.CHARGED_TWICE,
            order_number=charge,
            text="",
            filed_by=FiledBy.DETECTOR,
            actor=BY,
        )
    except ClaimRefused as refused:
        log.warning("detector_may_not_claim", charge=charge, why=str(refused))
        return Finding(found=found, why=why, again=ASK_AGAIN)
    return Finding(found=found, why=why, claim=filed.claim.id)
