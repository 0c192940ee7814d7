"""What an operator does about a claim that stands still: look again by live facts, or close it as made good."""

from app.billing.claim_as_seen import claim_as_seen, moved, noted
from app.billing.claim_deciding import Answer, answer, decide
from app.billing.claim_moves import MAY_GROW
from app.billing.claim_operating import check_waits
from app.billing.context import Context
from app.db.refund_decision import decision_by_id
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason

R = DecisionReason

WITHOUT_A_REMEDY = frozenset(
    {
        R.DUPLICATE_VERIFIED,
        R.TWIN_APPROVED,
        R.DUPLICATE_APPEALED,
        R.DUPLICATE_SUSPECTED,
        R.NO_SECOND_PAYMENT,
        R.TO_BE_READ,
    }
)
"""What a person may make good as they see fit; the remedies of a failure have an order of their own."""


def look_again(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """Decide it by what Stripe shows now: a refund that failed is made again if the payments still prove it."""
    at, detail = context.clock(), {"why": why}
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        if claim.state == ClaimState.REOPENED:
            moved(tx, claim, ClaimState.REFERRED, at=at, actor=operator, what="looked_at_again", detail=detail)
        elif claim.state in MAY_GROW:
            noted(tx, claim, at=at, actor=operator, what="looked_at_again", detail=detail)
        else:
            raise ClaimRefused("The claim is decided; there is nothing to look at again.")
    return decide(context, claim_id, by=operator)


def made_good(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """A person made it good outside of our calls; `why` says how."""
    at, detail = context.clock(), {"why": why}
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        check_waits(claim)
        decision = decision_by_id(tx, claim.decision) if claim.decision else None
        if decision is None or decision.reason not in WITHOUT_A_REMEDY:
            raise ClaimRefused("A failure is verified first, and its remedies have their order.")
        moved(tx, claim, ClaimState.REMEDIED, at=at, actor=operator, what="made_good", detail=detail)
    return answer(context, claim_id)
