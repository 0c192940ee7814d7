"""Pays approved duplicates back: every step committed before it is taken, looked up before it is taken again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.alarms import alarm
from app.billing.context import Context
from app.billing.settling_course import carry_out
from app.billing.settling_lease import hold, put_off
from app.billing.stripe_rest import answered, while_it_answers
from app.db import live_refund, settlement
from app.db.claim import claim_by_id
from app.db.engine import Tx
from app.db.refund_decision import decision_by_id
from app.db.settlement import HeldSettlement, Settlement, SettlementState


@dataclass(frozen=True, kw_only=True, slots=True)
class SettleReport:
    """How many settlements stand how after the run; `open` ones are tried again. `credited` are account credits."""

    open: int = 0
    waiting: int = 0
    paid: int = 0
    stopped: int = 0
    failed: int = 0
    credited: int = 0


def start(tx: Tx, claim_id: str, proof: Mapping[str, Any]) -> bool:
    """Let an approved claim be settled; `proof` is the record of the verified duplicate that was approved.

    In the transaction that approves it, after its decision. False if it is being settled already, or has been.
    """
    claim = claim_by_id(tx, claim_id)
    decision = decision_by_id(tx, claim.decision) if claim and claim.decision else None
    if decision is None:
        raise ValueError(f"no decision stands behind {claim_id}")
    live_refund.lock_charges(tx, (proof["extra"],))  # a credit for it is seen when it is verified anew, or not ordered
    begun = {name: proof[name] for name in ("kept", "extra", "rule", "amount", "currency", "invoice")} | {
        "decision": decision.id,
        "proof": orjson.dumps(dict(proof)).decode(),
        "started_at": decision.decided_at,
        "due_at": decision.decided_at,
    }
    if settlement.settlement_of(tx, claim_id) is not None:
        return settlement.restart(tx, claim_id, **begun)
    settlement.add(tx, Settlement(claim=claim_id, state=SettlementState.OPEN, **begun))
    return True


def settle(context: Context, claim_id: str) -> SettlementState | None:
    """Carry it out now, if it is due; None if it is not, or if somebody else is at it."""
    held = hold(context, claim_id)
    return None if held is None else carry_out(context, held)


def run_due(context: Context, *, limit: int = 50) -> SettleReport:
    """Carry out what is due; any number of processes may do so at once. With Stripe away the rest is as due later."""
    with context.db.read() as tx:
        due = settlement.due(tx, now=context.clock(), limit=limit)
    ends: Counter[str] = Counter()
    for claim in while_it_answers(context, due):
        ended = _one(context, claim)
        ends[ended] += 1
        if ended not in (SettlementState.OPEN, "elsewhere", "failed"):
            answered(context)
    return SettleReport(**{name: ends[name] for name in SettleReport.__dataclass_fields__})


def _one(context: Context, claim: str) -> str:
    held: HeldSettlement | None = None
    try:
        held = hold(context, claim)
        return str(carry_out(context, held)) if held else "elsewhere"
    except Exception as error:  # noqa: BLE001 - one bad settlement must not stop the rest
        alarm("settlement_failed", claim=claim, error=repr(error))
        if held is not None:
            put_off(context, held, repr(error))
        return "failed"
