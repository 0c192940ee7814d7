"""The finite facts that decide a refund claim; the whole space of them is enumerated in a test."""

from dataclasses import dataclass
from enum import StrEnum

from app.policy.claim_reasons import ClaimReason
from app.policy.duplicate_verdict import Disproof
from app.policy.standing import Standing


class OrderNumber(StrEnum):
    """Unknown numbers and those of somebody else are one case: nobody learns which numbers exist."""

    MISSING = "missing"
    NOT_FOUND = "not_found"
    FOUND = "found"


class Window(StrEnum):
    """Whether the claim came within 24 hours; not known as long as there is no charge to count from."""

    IN_TIME = "in_time"
    TOO_LATE = "too_late"
    NOTHING_CHARGED = "nothing_charged"


class Finding(StrEnum):
    """What Stripe's records say of the charge and another one; a disproof stands for itself."""

    NO_SECOND_PAYMENT = "no_second_payment"
    UNSETTLED = "unsettled"
    SUSPECTED = "suspected"
    VERIFIED = "verified"
    VERIFIED_TWIN = "verified_twin"  # verified, and an operator has to approve


class Delivery(StrEnum):
    """The host's record for the order."""

    NO_RECORD = "no_record"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


class OperatorFinding(StrEnum):
    """What an operator recorded about the claim; the last two rule remedies out, one after the other. After an appeal
    that brings something new there is none yet, and one is due."""

    NONE = "none"
    DUE = "due"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"
    NOT_REPROCESSABLE = "not_reprocessable"
    NOT_CREDITABLE_EITHER = "not_creditable_either"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimFacts:
    """`may_complete`: the time limit to send missing details has not passed."""

    standing: Standing
    reason: ClaimReason
    uid_given: bool
    order_number: OrderNumber
    evidence_given: bool
    may_complete: bool
    window: Window
    duplicate: Finding | Disproof
    delivery: Delivery
    renewed_despite_cancellation: bool
    operator: OperatorFinding


BOTH = (False, True)

DOMAINS: dict[str, tuple[object, ...]] = {
    "standing": tuple(Standing),
    "reason": tuple(ClaimReason),
    "uid_given": BOTH,
    "order_number": tuple(OrderNumber),
    "evidence_given": BOTH,
    "may_complete": BOTH,
    "window": tuple(Window),
    "duplicate": (*Finding, *Disproof),
    "delivery": tuple(Delivery),
    "renewed_despite_cancellation": BOTH,
    "operator": tuple(OperatorFinding),
}
