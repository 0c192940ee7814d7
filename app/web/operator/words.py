"""What the console calls things: short, and saying what is to be done."""

from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason

R = DecisionReason

TASKS: dict[str, str] = {
    R.TWIN_NEEDS_APPROVAL: "Approve or reject a twin subscription",
    R.DUPLICATE_VERIFIED: "See why the refund was not made",
    R.TWIN_APPROVED: "See why the refund was not made",
    R.DUPLICATE_APPEALED: "Look at an appeal",
    R.DUPLICATE_SUSPECTED: "Look at payments that are alike",
    R.NO_SECOND_PAYMENT: "Look for a second payment",
    R.FAILURE_TO_BE_VERIFIED: "Verify a system failure",
    R.FAILURE_TO_REPROCESS: "Run the task again",
    R.FAILURE_TO_CREDIT: "Credit the account",
    R.FAILURE_TO_REVIEW: "Decide what makes it good",
    R.TO_BE_READ: "Read and answer",
}

HELD_UP: dict[str, str] = {
    ClaimState.FROZEN: "Look at a frozen refund",
    ClaimState.REOPENED: "Look at a failed refund",
}

STATES: dict[str, tuple[str, str]] = {
    ClaimState.FILED: ("Filed", "quiet"),
    ClaimState.NEEDS_INFORMATION: ("Waits for details", "notice"),
    ClaimState.WAITING: ("Waits for Stripe", "quiet"),
    ClaimState.REFERRED: ("Waits for an operator", "alert"),
    ClaimState.APPROVED: ("Approved", "good"),
    ClaimState.SETTLING: ("Being refunded", "good"),
    ClaimState.FROZEN: ("Frozen", "alert"),
    ClaimState.REOPENED: ("Refund failed", "alert"),
    ClaimState.REFUNDED: ("Refunded", "good"),
    ClaimState.COVERED: ("Covered by another claim", "quiet"),
    ClaimState.CREDITING: ("Being credited", "good"),
    ClaimState.DECLINED: ("Declined", "quiet"),
    ClaimState.REMEDIED: ("Made good", "good"),
    ClaimState.WITHDRAWN: ("Withdrawn", "quiet"),
}

ALARMS = {
    "refund": "A refund that no decision of ours stands behind",
    "credit_note": "A credit note that gives money back",
    "credit_for_unused_time": "A credit for unused time",
    "proration_by_us": "A proration that we caused ourselves",
    "balance_credit": "A credit on the customer's balance",
    "suspend_refused": "A suspension that Stripe refused: it goes on collecting",
    "terminate_refused": "A termination that Stripe refused: the subscription goes on",
    "reinstate_refused": "A reinstatement that Stripe refused: it does not collect again",
}


FACTS = {
    "uid_given": "User ID given",
    "may_complete": "May still be completed",
    "renewed_despite_cancellation": "Canceled in time, renewed all the same",
    "operator": "An operator found",
}


def task_of(reason: str | None, state: str = ClaimState.REFERRED) -> str:
    """What a claim asks of a person; a reason of a later version is shown as it is."""
    if state != ClaimState.REFERRED:
        return HELD_UP.get(state, state_of(state)[0])
    return TASKS.get(reason, spaced(reason or "")) if reason else "Look at it"


def state_of(state: str) -> tuple[str, str]:
    """Words and tone."""
    return STATES.get(state, (spaced(state), "quiet"))


def reason_of(reason: str) -> str:
    return ClaimReason(reason).label if reason in set(ClaimReason) else spaced(reason)


def alarm_of(kind: str) -> str:
    return ALARMS.get(kind, spaced(kind))


def fact_of(name: str) -> str:
    return FACTS.get(name, spaced(name))


def spaced(name: str) -> str:
    """A machine's name as a person reads it."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
