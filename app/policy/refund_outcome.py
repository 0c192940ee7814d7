"""What a decision about a refund claim says: the outcome, its clause, the reason, and what is missing or offered."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof


class Outcome(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"
    REFERRED = "referred"
    NEEDS_INFORMATION = "needs_information"
    WAITING = "waiting"


class Detail(StrEnum):
    """What clause 5.1 asks for."""

    UID = "uid"
    ORDER_NUMBER = "order_number"
    EVIDENCE = "evidence"


class Remedy(StrEnum):
    """How a system failure is made good, in this order; none of them is a refund by the gateway."""

    REPROCESS = "reprocess"
    ACCOUNT_CREDIT = "account_credit"
    OPERATOR_REVIEW = "operator_review"


class DecisionReason(StrEnum):
    BAD_STANDING = "bad_standing"
    DETAILS_MISSING = "details_missing"
    ORDER_NOT_FOUND = "order_not_found"
    DETAILS_NEVER_CAME = "details_never_came"
    TOO_LATE = "too_late"
    NOTHING_CHARGED_TWICE = "nothing_charged_twice"
    DUPLICATE_VERIFIED = "duplicate_verified"
    TWIN_APPROVED = "twin_approved"
    TWIN_NEEDS_APPROVAL = "twin_needs_approval"
    TWIN_REJECTED = "twin_rejected"
    DUPLICATE_DISPROVED = "duplicate_disproved"
    DUPLICATE_APPEALED = "duplicate_appealed"
    DISPROOF_UPHELD = "disproof_upheld"
    DUPLICATE_SUSPECTED = "duplicate_suspected"
    SUSPICION_REJECTED = "suspicion_rejected"
    NO_SECOND_PAYMENT = "no_second_payment"
    PAYMENT_NOT_SETTLED = "payment_not_settled"
    DELIVERED = "delivered"
    NOTHING_CHARGED = "nothing_charged"
    FAILURE_TO_BE_VERIFIED = "failure_to_be_verified"
    FAILURE_NOT_CONFIRMED = "failure_not_confirmed"
    FAILURE_TO_REPROCESS = "failure_to_reprocess"
    FAILURE_TO_CREDIT = "failure_to_credit"
    FAILURE_TO_REVIEW = "failure_to_review"
    NOT_CANCELED_IN_TIME = "not_canceled_in_time"
    DISLIKED = "disliked"
    OWN_MISTAKE = "own_mistake"
    REST_OF_PERIOD = "rest_of_period"
    RENEWED = "renewed"
    TO_BE_READ = "to_be_read"
    NO_GROUND = "no_ground"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`sentence` is for the customer; rewording it later makes no decision differ from its recomputation."""

    outcome: Outcome
    clause: Clause
    reason: DecisionReason
    disproof: Disproof | None = None
    missing: tuple[Detail, ...] = ()
    remedy: Remedy | None = None
    sentence: str = field(compare=False)
