"""Whether a charge could be refunded by now, by which clause, with which facts, and until when; nothing is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.billing.claim_facts import Gathered, gather_charge
from app.billing.claim_known import Known, record_of
from app.billing.claim_order_number import Named
from app.billing.context import Context
from app.db.charge_owner import OwnedCharge, charge_with_owner
from app.db.claim import ClaimRow, claims_about
from app.db.engine import Tx
from app.db.refund_decision import DecisionRow, decisions_of_each
from app.db.standing import standing_of
from app.errors import StripeMissing
from app.policy.claim_facts import claim_facts, window_start
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.claim_window import claim_deadline
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import ClaimFacts, OrderNumber
from app.policy.refund_outcome import Decision, Outcome
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimHistory:
    claim: ClaimRow
    decisions: tuple[DecisionRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChargeExplanation:
    """What a complete claim of a duplicate, filed `at` this moment, would be answered. `until` is the last moment at
    which it is in time; None where no money was taken. `stripe` is what Stripe said just now."""

    charge: OwnedCharge
    at: datetime
    decision: Decision
    facts: ClaimFacts
    until: datetime | None
    stripe: dict[str, Any]
    claims: tuple[ClaimHistory, ...]

    @property
    def refundable(self) -> bool:
        return self.decision.outcome is Outcome.APPROVED


def explain_charge(context: Context, charge: str) -> ChargeExplanation:
    """Raises StripeMissing for a charge that was never seen, StripeUnavailable while Stripe cannot be asked."""
    with context.db.read() as tx:
        seen = charge_with_owner(tx, charge)
        if seen is None:
            raise StripeMissing(f"The mirror has no charge {charge}.")
        claims = _histories(tx, claims_about(tx, [charge]))
        standing = standing_of(tx, seen.uid) if seen.uid else Standing.GOOD
    stripes, now = gather_charge(context, charge, uid=seen.uid), context.clock()
    record = record_of(_claim(seen, now), _known(seen, standing), stripes)
    facts = claim_facts(record, now=now)
    since = window_start(record)
    return ChargeExplanation(
        charge=seen,
        at=now,
        decision=decide_refund(facts),
        facts=facts,
        until=claim_deadline(since) if since else None,
        stripe=_told(stripes),
        claims=claims,
    )


def _histories(tx: Tx, claims: Sequence[ClaimRow]) -> tuple[ClaimHistory, ...]:
    decisions = decisions_of_each(tx, [claim.id for claim in claims])
    return tuple(ClaimHistory(claim=claim, decisions=tuple(decisions[claim.id])) for claim in claims)


def _told(stripes: Gathered) -> dict[str, Any]:
    return {"charged_at": stripes.charged_at, "verdicts": stripes.seen.get("verdicts", {})}


def _known(charge: OwnedCharge, standing: Standing) -> Known:
    """Nothing is missing in it, so that what is answered is about the charge."""
    named = Named(number=OrderNumber.FOUND, charge=charge)
    return Known(named=named, standing=standing, evidence=(), deliveries=())


def _claim(charge: OwnedCharge, now: datetime) -> ClaimRow:
    """A claim that nobody filed."""
    return ClaimRow(
        id="none",
        uid=charge.uid or "nobody",
        reason=ClaimReason.CHARGED_TWICE,
        filed_by="nobody",
        actor="nobody",
        filed_at=now,
        charge=charge.charge,
        subscription=charge.subscription,
        state=ClaimState.FILED,
    )
