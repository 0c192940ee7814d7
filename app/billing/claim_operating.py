"""What operators do about claims: they record what they found, and the policy decides by it anew."""

from datetime import datetime
from typing import Any

from app.billing.claim_deciding import Answer, answer, decide
from app.billing.claim_moves import MAY_GROW, move, note
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


def confirm(context: Context, claim_id: str, *, operator: str, why: str) -> Answer:
    """The operator found what the claim says: a twin that is one, or a failure that was ours."""
    return _found(context, claim_id, OperatorFinding.CONFIRMED, operator=operator, why=why)


def reject(context: Context, claim_id: str, *, operator: str, why: str) -> Answer:
    """The operator looked and found no ground for it."""
    return _found(context, claim_id, OperatorFinding.REJECTED, operator=operator, why=why)


def rule_out(context: Context, claim_id: str, remedy: Remedy, *, operator: str, why: str) -> Answer:
    """This remedy is not possible: the next one is due."""
    _due_remedy(context, claim_id, remedy)
    if remedy not in RULED_OUT:
        raise ClaimRefused("There is no remedy after this one.")
    return _found(context, claim_id, RULED_OUT[remedy], operator=operator, why=why)


def remedied(context: Context, claim_id: str, remedy: Remedy, *, operator: str, why: str) -> Answer:
    """What was due is done, outside of the gateway; `why` says how it can be found again."""
    _due_remedy(context, claim_id, remedy)
    with context.db.write() as tx:
        claim = _claim(tx, claim_id)
        if claim.state != ClaimState.REFERRED:
            raise ClaimRefused("The claim does not wait for an operator.")
        detail = {"remedy": remedy, "why": why}
        _move(context, tx, claim, ClaimState.REMEDIED, operator, "remedied", detail)
    return answer(context, claim_id)


def record_contact(context: Context, claim_id: str, contacted_at: datetime, *, operator: str, why: str) -> Answer:
    """Support was contacted earlier than the claim was filed: that moment counts (clause 2.3)."""
    if contacted_at > context.clock():
        raise ClaimRefused("contacted_at lies in the future.")
    with context.db.write() as tx:
        claim = _claim(tx, claim_id)
        detail = {"contacted_at": contacted_at, "before": claim.contacted_at, "why": why}
        _note(context, tx, claim, operator, "contact_recorded", detail, contacted_at=contacted_at)
    return decide(context, claim_id, by=operator)


def appeal(context: Context, claim_id: str, *, actor: str, why: str) -> Answer:
    """Decide a declined claim once more; the new decision names the old one, which stays as it was."""
    with context.db.write() as tx:
        claim = _claim(tx, claim_id)
        if claim.state != ClaimState.DECLINED:
            raise ClaimRefused("Only a claim that was declined can be appealed.")
        detail = {"decision": claim.decision, "why": why}
        changes: dict[str, Any] = {"appealed": claim.decision, "operator_finding": OperatorFinding.NONE}
        move(tx, claim, ClaimState.REFERRED, at=context.clock(), actor=actor, what="appealed", detail=detail, **changes)
    return decide(context, claim_id, by=actor)


def withdraw(context: Context, claim_id: str, *, uid: str, actor: str) -> Answer | None:
    """Taken back by its owner; None for one of somebody else."""
    with context.db.write() as tx:
        claim = claim_by_id(tx, claim_id)
        if claim is None or claim.uid != uid:
            return None
        if claim.state not in MAY_GROW:
            raise ClaimRefused("The claim is decided; it cannot be taken back.")
        _move(context, tx, claim, ClaimState.WITHDRAWN, actor, "withdrawn", {}, look_at=None)
    return answer(context, claim_id)


def _found(context: Context, claim_id: str, finding: OperatorFinding, *, operator: str, why: str) -> Answer:
    if not why.strip():
        raise ClaimRefused("why: say what was found.")
    with context.db.write() as tx:
        claim = _claim(tx, claim_id)
        if claim.state != ClaimState.REFERRED:
            raise ClaimRefused("The claim does not wait for an operator.")
        detail = {"finding": finding, "why": why}
        _note(context, tx, claim, operator, "found", detail, operator_finding=str(finding))
    return decide(context, claim_id, by=operator)


def _note(
    context: Context, tx: Tx, claim: ClaimRow, actor: str, what: str, detail: dict[str, Any], **changes: Any
) -> None:
    if note(tx, claim, at=context.clock(), actor=actor, what=what, detail=detail, **changes) is None:
        raise ClaimRefused(TOO_SLOW)


def _move(
    context: Context,
    tx: Tx,
    claim: ClaimRow,
    to: ClaimState,
    actor: str,
    what: str,
    detail: dict[str, Any],
    **changes: Any,
) -> None:
    if move(tx, claim, to, at=context.clock(), actor=actor, what=what, detail=detail, **changes) is None:
        raise ClaimRefused(TOO_SLOW)


TOO_SLOW = "Somebody else changed the claim just now; look again."


def _due_remedy(context: Context, claim_id: str, remedy: Remedy) -> None:
    """Remedies are taken in the policy's order."""
    with context.db.read() as tx:
        claim = _claim(tx, claim_id)
        decision = decision_by_id(tx, claim.decision) if claim.decision else None
    if decision is None or decision.remedy != remedy:
        due = decision.remedy if decision else None
        raise ClaimRefused(f"{remedy} is not what is due; due is: {due or 'no remedy'}.")


def _claim(tx: Tx, claim_id: str) -> ClaimRow:
    claim = claim_by_id(tx, claim_id)
    if claim is None:
        raise ClaimRefused("There is no such claim.")
    return claim
