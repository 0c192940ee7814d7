"""What an operator does about a claim that is frozen, since the bank had a dispute or a fraud warning."""

from collections.abc import Sequence
from typing import Any

from app.billing.claim_as_seen import claim_as_seen, moved
from app.billing.claim_deciding import Answer, answer, decide
from app.billing.context import Context
from app.db import settlement
from app.db.claim import ClaimRow
from app.db.engine import Tx
from app.db.settlement import SettlementState
from app.errors import ClaimChanged, ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.duplicate_from_stripe import LEFT_TO_US
from app.stripe_gateway import payments

REFUND_LIVES = frozenset({SettlementState.WAITING, SettlementState.PAID})


def lift_freeze(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """The bank is done with it, in our favor: the claim is decided anew by live facts, and settled if they prove it.

    Raises:
        ClaimRefused: it is not frozen, a refund of it lives, or a dispute has not ended for us.
    """
    seen, row = _frozen(context, claim_id, version)
    if row.state != SettlementState.STOPPED:
        raise ClaimRefused("A refund of this claim was made or is being undone; there is nothing to begin anew.")
    objections = _over(context, (row.kept, row.extra))
    at = context.clock()
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, seen.version)
        settlement.clear(tx, claim_id, objections)
        detail = {"why": why, "cleared": objections}
        claim = moved(tx, claim, ClaimState.REOPENED, at=at, actor=operator, what="freeze_lifted", detail=detail)
        moved(tx, claim, ClaimState.REFERRED, at=at, actor=operator, what="looked_at_again", detail={})
    return decide(context, claim_id, by=operator)


def let_refund_stand(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """The refund was made before the bank asked, and the operator has answered there: nothing else moves.

    Raises:
        ClaimRefused: it is not frozen, or no refund of it lives.
    """
    seen, row = _frozen(context, claim_id, version)
    if row.state not in REFUND_LIVES:
        raise ClaimRefused("No refund of this claim lives.")
    at, detail = context.clock(), {"why": why, "refund": row.refund}
    is_paid = row.state == SettlementState.PAID
    path = (ClaimState.REFUNDED,) if is_paid else (ClaimState.REOPENED, ClaimState.SETTLING)
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, seen.version)
        if settlement.settlement_of(tx, claim_id).state != row.state:
            raise ClaimChanged
        for state in path:
            claim = moved(tx, claim, state, at=at, actor=operator, what="freeze_lifted", detail=detail)
        settlement.make_due(tx, [claim_id], now=at)
    return answer(context, claim_id)


def close_frozen(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """It is settled at the bank: the claim is decided by what the payments show, which the bank has by now."""
    seen, row = _frozen(context, claim_id, version)
    if row.state != SettlementState.STOPPED:
        raise ClaimRefused("A refund of this claim was made or is being undone; it cannot be closed.")
    at, detail = context.clock(), {"why": why}
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, seen.version)
        moved(tx, claim, ClaimState.REFERRED, at=at, actor=operator, what="left_to_the_bank", detail=detail)
    return decide(context, claim_id, by=operator)


def _frozen(context: Context, claim_id: str, version: int | None) -> tuple[ClaimRow, Any]:
    """The claim as it was looked at, and its settlement."""
    with context.db.read() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        return claim, _settlement(tx, claim)


def _settlement(tx: Tx, claim: ClaimRow) -> Any:
    row = settlement.settlement_of(tx, claim.id)
    if claim.state != ClaimState.FROZEN or row is None:
        raise ClaimRefused("The claim is not frozen.")
    return row


def _over(context: Context, charges: Sequence[str]) -> list[str]:
    """The disputes and fraud warnings about the pair, as Stripe shows them now."""
    disputes = [each for charge in charges for each in payments.disputes_of(context.stripe, charge)]
    for dispute in disputes:
        if dispute.get("status") not in LEFT_TO_US:
            status = str(dispute.get("status")).replace("_", " ")
            raise ClaimRefused(
                f"At Stripe the dispute {dispute['id']} is: {status}. The freeze is lifted once the bank has decided "
                "for us; if it has paid the customer back, close the claim."
            )
    warnings = [each for charge in charges for each in payments.fraud_warnings_of(context.stripe, charge)]
    return sorted({str(each["id"]) for each in (*disputes, *warnings)})
