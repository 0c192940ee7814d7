"""What operators do about claims: they record what they found, and the policy decides by it anew."""

from datetime import datetime
from typing import Any

from app.billing.claim_as_seen import claim_as_seen, moved, noted
from app.billing.claim_deciding import Answer, answer, decide
from app.billing.claim_moves import MAY_GROW
from app.billing.context import Context
from app.db.claim import ClaimRow, claim_by_id
from app.db.engine import Tx
from app.db.refund_decision import decision_by_id
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_facts import OperatorFinding
from app.policy.refund_outcome import Remedy

# What rules out a remedy is the finding that leads to the next one.
RULED_OUT = {
    Remedy.REPROCESS: OperatorFinding.NOT_REPROCESSABLE,
    Remedy.ACCOUNT_CREDIT: OperatorFinding.NOT_CREDITABLE_EITHER,
}


def confirm(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """The operator found what the claim says: a twin that is one, or a failure that was ours. Here and in all that
    follows `version` is the claim that the operator looked at: another one is not touched."""
    return _found(context, claim_id, OperatorFinding.CONFIRMED, operator=operator, why=why, version=version)


def reject(context: Context, claim_id: str, *, operator: str, why: str, version: int | None = None) -> Answer:
    """The operator looked and found no ground for it."""
    return _found(context, claim_id, OperatorFinding.REJECTED, operator=operator, why=why, version=version)


def rule_out(
    context: Context, claim_id: str, remedy: Remedy, *, operator: str, why: str, version: int | None = None
) -> Answer:
    """This remedy is not possible: the next one is due."""
    finding = RULED_OUT.get(remedy)
    return _found(context, claim_id, finding, operator=operator, why=why, version=version, instead_of=remedy)


def remedied(
    context: Context, claim_id: str, remedy: Remedy, *, operator: str, why: str, version: int | None = None
) -> Answer:
    """What was due is done; `why` says how it can be found again. A credit is not recorded here but made."""
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        check_due(tx, claim, remedy)
        check_waits(claim)
        if remedy is Remedy.ACCOUNT_CREDIT:
            raise ClaimRefused("A credit is made, not recorded: give its amount (`paidthrough claims credit`).")
        detail = {"remedy": remedy, "why": why}
        at = context.clock()
        moved(tx, claim, ClaimState.REMEDIED, at=at, actor=operator, what="remedied", detail=detail)
    return answer(context, claim_id)


def record_contact(
    context: Context,
    claim_id: str,
    contacted_at: datetime,
    *,
    operator: str,
    why: str,
    version: int | None = None,
    decide_again: bool = False,
) -> Answer:
    """Support was contacted earlier than the claim was filed: that moment counts (clause 2.3). `decide_again` appeals
    a claim that was declined, in the same transaction."""
    now = context.clock()
    if contacted_at > now:
        raise ClaimRefused("contacted_at lies in the future.")
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        detail = {"contacted_at": contacted_at, "before": claim.contacted_at, "why": why}
        what = "contact_recorded"
        claim = noted(tx, claim, at=now, actor=operator, what=what, detail=detail, contacted_at=contacted_at)
        if decide_again:
            _appeal(tx, claim, at=now, actor=operator, why=why)
    return decide(context, claim_id, by=operator)


def appeal(context: Context, claim_id: str, *, actor: str, why: str, version: int | None = None) -> Answer:
    """Decide a declined claim once more; the new decision names the old one, which stays as it was."""
    with context.db.write() as tx:
        _appeal(tx, claim_as_seen(tx, claim_id, version), at=context.clock(), actor=actor, why=why)
    return decide(context, claim_id, by=actor)


def withdraw(context: Context, claim_id: str, *, uid: str, actor: str) -> Answer | None:
    """Taken back by its owner; None for one of somebody else."""
    with context.db.write() as tx:
        claim = claim_by_id(tx, claim_id)
        if claim is None or claim.uid != uid:
            return None
        if claim.state not in MAY_GROW:
            raise ClaimRefused("The claim is decided; it cannot be taken back.")
        at = context.clock()
        moved(tx, claim, ClaimState.WITHDRAWN, at=at, actor=actor, what="withdrawn", detail={}, look_at=None)
    return answer(context, claim_id)


def check_waits(claim: ClaimRow) -> None:
    if claim.state != ClaimState.REFERRED:
        raise ClaimRefused("The claim does not wait for an operator.")


def check_due(tx: Tx, claim: ClaimRow, remedy: Remedy) -> None:
    """Remedies are taken in the policy's order."""
    decision = decision_by_id(tx, claim.decision) if claim.decision else None
    if decision is None or decision.remedy != remedy:
        due = decision.remedy if decision else None
        raise ClaimRefused(f"{remedy} is not what is due; due is: {due or 'no remedy'}.")


def _found(
    context: Context,
    claim_id: str,
    finding: OperatorFinding | None,
    *,
    operator: str,
    why: str,
    version: int | None,
    instead_of: Remedy | None = None,
) -> Answer:
    if not why.strip():
        raise ClaimRefused("why: say what was found.")
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        if instead_of is not None:
            check_due(tx, claim, instead_of)
        if finding is None:
            raise ClaimRefused("There is no remedy after this one.")
        check_waits(claim)
        detail = {"finding": finding, "why": why}
        at = context.clock()
        noted(tx, claim, at=at, actor=operator, what="found", detail=detail, operator_finding=str(finding))
    return decide(context, claim_id, by=operator)


def _appeal(tx: Tx, claim: ClaimRow, *, at: datetime, actor: str, why: str) -> None:
    if claim.state != ClaimState.DECLINED:
        raise ClaimRefused("Only a claim that was declined can be appealed.")
    detail = {"decision": claim.decision, "why": why}
    changes: dict[str, Any] = {"appealed": claim.decision, "operator_finding": OperatorFinding.NONE}
    moved(tx, claim, ClaimState.REFERRED, at=at, actor=actor, what="appealed", detail=detail, **changes)
