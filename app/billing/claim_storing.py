"""Stores a decision with what it was made from, and moves the claim; of two that decide at once, one is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson

from app.billing import settling
from app.billing.claim_moves import move, note
from app.billing.claim_order_number import charged
from app.billing.context import Context
from app.billing.policy_document import policy_version
from app.db import claim as claims
from app.db.charge_owner import OwnedCharge
from app.db.claim import ClaimRow
from app.db.engine import Tx
from app.db.refund_decision import StoredDecision, add_decision, decision_by_id, next_number
from app.db.standing import standing_of
from app.db.standing_lock import share_standings
from app.policy.claim_states import ClaimState
from app.policy.claim_window import complete_by
from app.policy.refund_codec import encode_facts
from app.policy.refund_facts import ClaimFacts, OrderNumber
from app.policy.refund_outcome import Decision, Outcome
from app.policy.verified_duplicate import VerifiedDuplicate

A_MOMENT = timedelta(seconds=1)
JSON = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS

STATES = {
    Outcome.APPROVED: ClaimState.APPROVED,
    Outcome.DECLINED: ClaimState.DECLINED,
    Outcome.REFERRED: ClaimState.REFERRED,
    Outcome.NEEDS_INFORMATION: ClaimState.NEEDS_INFORMATION,
    Outcome.WAITING: ClaimState.WAITING,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A decision and all that it was made from."""

    facts: ClaimFacts
    decision: Decision
    seen: dict[str, Any]
    proof: VerifiedDuplicate | None
    charge: OwnedCharge | None
    by: str
    at: datetime


def store(context: Context, claim: ClaimRow, made: Made, *, next_look: datetime) -> bool:
    """False if the claim was changed since it was read: whoever did that decides it anew. False as well if its user
    lost their standing meanwhile: nothing is approved then, and the next look declines it."""
    look_at = _look_at(claim, made, next_look)
    with context.db.write() as tx:
        if _is_overtaken(tx, claim, made):
            return False
        if _is_said_already(tx, claim, made):
            claims.put_off(tx, claim, until=look_at)
            return True
        row = _row(tx, claim, made)
        moved = _move(tx, claim, made, decision=row.id, look_at=look_at)
        if moved is None:
            return False
        add_decision(tx, row)
        if made.decision.outcome is Outcome.APPROVED and made.proof:
            settling.start(tx, claim.id, made.proof.encode())
    return True


def _is_overtaken(tx: Tx, claim: ClaimRow, made: Made) -> bool:
    if made.decision.outcome is not Outcome.APPROVED:
        return False
    share_standings(tx)
    return standing_of(tx, claim.uid) is not made.facts.standing


def _is_said_already(tx: Tx, claim: ClaimRow, made: Made) -> bool:
    """Looking again at what has not changed makes no new decision; an appeal always gets one."""
    last = decision_by_id(tx, claim.decision) if claim.decision and not claim.appealed else None
    same_state = claim.state == STATES[made.decision.outcome]
    return last is not None and same_state and (last.facts, last.reason) == (_facts(made), made.decision.reason)


def _move(tx: Tx, claim: ClaimRow, made: Made, *, decision: str, look_at: datetime | None) -> ClaimRow | None:
    decided, to = made.decision, STATES[made.decision.outcome]
    changes: dict[str, Any] = {"decision": decision, "appealed": None, "look_at": look_at, "looks": 0}
    changes["complete_by"] = complete_by(claim.filed_at) if to is ClaimState.NEEDS_INFORMATION else None
    if made.charge and claim.charge != made.charge.charge:
        changes |= charged(tx, claim, made.charge, number=claim.order_number)
    detail = {"decision": decision, "clause": decided.clause, "reason": decided.reason}
    if claim.state == to:
        return note(tx, claim, at=made.at, actor=made.by, what="decided", detail=detail, **changes)
    return move(tx, claim, to, at=made.at, actor=made.by, what="decided", detail=detail, **changes)


def _row(tx: Tx, claim: ClaimRow, made: Made) -> StoredDecision:
    decided = made.decision
    return StoredDecision(
        id=f"decision_{uuid4().hex}",
        claim=claim.id,
        number=next_number(tx, claim.id),
        outcome=decided.outcome,
        clause=decided.clause,
        reason=decided.reason,
        disproof=decided.disproof,
        missing=",".join(decided.missing),
        remedy=decided.remedy,
        sentence=decided.sentence,
        policy_version=policy_version(),
        facts=_facts(made),
        seen=orjson.dumps(made.seen, option=JSON).decode(),
        proof=_proof(made),
        decided_at=made.at,
        decided_by=made.by,
        answers=claim.appealed,
    )


def _proof(made: Made) -> str | None:
    approved = made.decision.outcome is Outcome.APPROVED
    return orjson.dumps(made.proof.encode()).decode() if made.proof and approved else None


def _facts(made: Made) -> str:
    return orjson.dumps(encode_facts(made.facts)).decode()


def _look_at(claim: ClaimRow, made: Made, next_look: datetime) -> datetime | None:
    match made.decision.outcome:
        case Outcome.WAITING:
            return next_look
        case Outcome.NEEDS_INFORMATION:
            # A payment that is on its way to the mirror makes the number known without anybody's doing.
            over = complete_by(claim.filed_at) + A_MOMENT
            return min(next_look, over) if made.facts.order_number is OrderNumber.NOT_FOUND else over
        case Outcome.APPROVED | Outcome.DECLINED | Outcome.REFERRED:
            return None
