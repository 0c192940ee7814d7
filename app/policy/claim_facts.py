"""Derives the finite facts that decide a claim from what is known of it: instants, records and the live verdict."""

from dataclasses import dataclass
from datetime import datetime

from app.policy.claim_reasons import ClaimReason
from app.policy.claim_window import TIME_TO_SETTLE, complete_by, counts_from, window_of
from app.policy.duplicate import Verdict
from app.policy.duplicate_verdict import Disproof, Disproved, Suspicion, Unsettled
from app.policy.refund_facts import ClaimFacts, Delivery, Finding, OperatorFinding, OrderNumber
from app.policy.standing import Standing
from app.policy.verified_duplicate import VerifiedDuplicate


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryFacts:
    """The host's word about one try to deliver the order."""

    succeeded: bool
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimRecord:
    """A claim as it stands.

    `charged_at` are the instants at which money was taken: of the charge that the claim names and, for a charge made
    twice, of the one it is held against. `contacted_at` is an earlier contact with support, recorded by an operator.
    `verdict` comes from live facts, and is None where no other payment was found.
    """

    reason: ClaimReason
    filed_at: datetime
    contacted_at: datetime | None = None
    uid: str | None = None
    order_number: OrderNumber = OrderNumber.MISSING
    evidence_given: bool = False
    standing: Standing = Standing.GOOD
    charged_at: tuple[datetime, ...] = ()
    verdict: Verdict | None = None
    deliveries: tuple[DeliveryFacts, ...] = ()
    renewed_despite_cancellation: bool = False
    operator: OperatorFinding = OperatorFinding.NONE


def claim_facts(record: ClaimRecord, *, now: datetime) -> ClaimFacts:
    return ClaimFacts(
        standing=record.standing,
        reason=record.reason,
        uid_given=bool(record.uid and record.uid.strip()),
        order_number=record.order_number,
        evidence_given=record.evidence_given,
        may_complete=now <= complete_by(record.filed_at),
        window=window_of(window_start(record), filed_at=record.filed_at, contacted_at=record.contacted_at),
        duplicate=_finding(record, now),
        delivery=_delivery(record),
        renewed_despite_cancellation=record.renewed_despite_cancellation,
        operator=record.operator,
    )


def window_start(record: ClaimRecord) -> datetime | None:
    """From when the claim's 24 hours count; None as long as no money was taken."""
    charged = list(record.charged_at)
    if isinstance(record.verdict, VerifiedDuplicate):
        charged += [record.verdict.kept.taken_at, record.verdict.extra.taken_at]
    failed = (delivery.occurred_at for delivery in record.deliveries if not delivery.succeeded)
    return counts_from(record.reason, charged_at=charged, failed_at=failed)


def _finding(record: ClaimRecord, now: datetime) -> Finding | Disproof:
    match record.verdict:
        case None:
            return Finding.NO_SECOND_PAYMENT
        case VerifiedDuplicate(needs_approval=needs_approval):
            return Finding.VERIFIED_TWIN if needs_approval else Finding.VERIFIED
        case Disproved(name=name):
            return name
        case Suspicion():
            return Finding.SUSPECTED
        case Unsettled():
            # What never settles is not waited for without end: a person looks at it.
            settled_by = max((record.filed_at, *record.charged_at)) + TIME_TO_SETTLE
            return Finding.UNSETTLED if now < settled_by else Finding.SUSPECTED


def _delivery(record: ClaimRecord) -> Delivery:
    """A success consumes the order, whatever failed before or after it."""
    if not record.deliveries:
        return Delivery.NO_RECORD
    return Delivery.SUCCEEDED if any(each.succeeded for each in record.deliveries) else Delivery.FAILED
