"""What our own records say of a claim, and the facts that it is decided by once Stripe's word has come to them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.billing.claim_facts import Gathered
from app.billing.claim_order_number import Named, named_by
from app.billing.claim_words import spellings
from app.db.claim import ClaimRow
from app.db.delivery import Delivered, deliveries_of
from app.db.engine import Tx
from app.db.evidence import EvidenceRow, evidence_of
from app.db.standing import standing_of
from app.policy.claim_facts import ClaimRecord, DeliveryFacts, claim_facts, window_start
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_window import claim_deadline, window_of
from app.policy.instants import from_epoch
from app.policy.refund_facts import ClaimFacts, OperatorFinding
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    named: Named
    standing: Standing
    evidence: tuple[EvidenceRow, ...]
    deliveries: tuple[Delivered, ...]

    @property
    def mirrored(self) -> Gathered:
        """For the reasons that no second payment has to do with: when the mirror saw the money taken."""
        charge = self.named.charge
        took_money = charge is not None and charge.took_money
        charged_at = (from_epoch(charge.created),) if charge and took_money else ()
        return Gathered(verdict=None, charged_at=charged_at, seen={"charge": charge._asdict() if charge else None})


def known(tx: Tx, claim: ClaimRow) -> Known:
    named = named_by(tx, claim)
    return Known(
        named=named,
        standing=standing_of(tx, claim.uid),
        evidence=tuple(evidence_of(tx, claim.id)),
        deliveries=_deliveries(tx, claim, named),
    )


def record_of(claim: ClaimRow, ours: Known, stripes: Gathered) -> ClaimRecord:
    return ClaimRecord(
        reason=ClaimReason(claim.reason),
        filed_at=claim.filed_at,
        contacted_at=claim.contacted_at,
        uid=claim.uid,
        order_number=ours.named.number,
        evidence_given=bool(ours.evidence),
        standing=ours.standing,
        charged_at=stripes.charged_at,
        verdict=stripes.verdict,
        deliveries=tuple(
            DeliveryFacts(succeeded=each.status == "succeeded", occurred_at=each.occurred_at)
            for each in ours.deliveries
        ),
        renewed_despite_cancellation=claim.cancellation_request is not None,
        operator=OperatorFinding(claim.operator_finding),
    )


def facts_of(claim: ClaimRow, record: ClaimRecord, *, now: datetime) -> ClaimFacts:
    """A claim filed, or a contact made, before the charge was not about it: what counts is when it was named."""
    facts, since = claim_facts(record, now=now), window_start(record)
    asked = (claim.filed_at, claim.contacted_at, claim.named_at)
    came_at = min((at for at in asked if at and since and at >= since), default=None)
    return facts if came_at is None else replace(facts, window=window_of(since, filed_at=came_at))


def seen(claim: ClaimRow, ours: Known, stripes: Gathered, record: ClaimRecord) -> dict[str, Any]:
    """For the record of the decision: what it was made from, as JSON."""
    since = window_start(record)
    return {
        "filed_at": claim.filed_at,
        "contacted_at": claim.contacted_at,
        "named_at": claim.named_at,
        "counts_from": since,
        "deadline": claim_deadline(since) if since else None,
        "charged_at": stripes.charged_at,
        "standing": ours.standing,
        "operator_finding": claim.operator_finding,
        "cancellation_request": claim.cancellation_request,
        "evidence": [{"id": each.id, "sha256": each.sha256, "also_in": each.also_in} for each in ours.evidence],
        "deliveries": [each._asdict() for each in ours.deliveries],
        "stripe": stripes.seen,
    }


def _deliveries(tx: Tx, claim: ClaimRow, named: Named) -> tuple[Delivered, ...]:
    """The host's word about this user's order, under the number that was given or that the payment carries."""
    orders = dict.fromkeys(spellings(claim.order_number) if claim.order_number else ())
    if named.charge and named.charge.order_id:
        orders[named.charge.order_id] = None
    told = (each for order in orders for each in deliveries_of(tx, order).values())
    return tuple(each for each in told if each.uid == claim.uid)
