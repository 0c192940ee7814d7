"""The states of a claim and of the steps that settle it, and which may follow which."""

from collections.abc import Mapping
from enum import StrEnum

from app.policy.refund_outcome import Outcome


class ClaimState(StrEnum):
    FILED = "filed"
    NEEDS_INFORMATION = "needs_information"
    WAITING = "waiting"
    REFERRED = "referred"
    APPROVED = "approved"
    SETTLING = "settling"
    FROZEN = "frozen"
    REOPENED = "reopened"
    REFUNDED = "refunded"
    COVERED = "covered"
    DECLINED = "declined"
    CREDITING = "crediting"
    REMEDIED = "remedied"
    WITHDRAWN = "withdrawn"


class SettlementStep(StrEnum):
    REVERSE_CREDIT = "reverse_credit"
    END_TWIN = "end_twin"
    REFUND = "refund"
    RESTORE_CREDIT = "restore_credit"


class StepState(StrEnum):
    """One attempt at a step; it is on record as intended before Stripe is called."""

    INTENDED = "intended"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    REFUSED = "refused"


S, T = ClaimState, StepState

# Each state with those that may follow it, and why.
CLAIM_TRANSITIONS: Mapping[ClaimState, Mapping[ClaimState, str]] = {
    S.FILED: {
        S.NEEDS_INFORMATION: "details are missing",
        S.WAITING: "not settled at Stripe yet",
        S.REFERRED: "a person has to look",
        S.APPROVED: "duplicate verified",
        S.DECLINED: "declined by its clause",
        S.WITHDRAWN: "taken back",
    },
    S.NEEDS_INFORMATION: {
        S.WAITING: "completed, not settled yet",
        S.REFERRED: "completed, a person has to look",
        S.APPROVED: "completed, duplicate verified",
        S.DECLINED: "declined, or never completed",
        S.WITHDRAWN: "taken back",
    },
    S.WAITING: {
        S.NEEDS_INFORMATION: "settled, evidence is needed",
        S.REFERRED: "settled, a person has to look",
        S.APPROVED: "settled, duplicate verified",
        S.DECLINED: "settled, disproved",
        S.WITHDRAWN: "taken back",
    },
    S.REFERRED: {
        S.NEEDS_INFORMATION: "the operator asks",
        S.WAITING: "not settled at Stripe yet",
        S.APPROVED: "duplicate verified, twin approved",
        S.DECLINED: "the operator found no ground",
        S.CREDITING: "account credit ordered",
        S.REMEDIED: "run again or reviewed",
        S.WITHDRAWN: "taken back",
    },
    S.APPROVED: {
        S.SETTLING: "the first step is intended",
        S.REFERRED: "no longer verifiable",
        S.FROZEN: "dispute or fraud warning",
        S.COVERED: "another claim refunds this charge",
    },
    S.SETTLING: {
        S.REFUNDED: "the refund succeeded",
        S.REOPENED: "the refund failed",
        S.REFERRED: "no longer verifiable",
        S.FROZEN: "dispute or fraud warning",
        S.COVERED: "another claim refunds this charge",
    },
    S.REFUNDED: {
        S.REOPENED: "the refund failed later",
        S.FROZEN: "dispute or fraud warning",
    },
    S.REOPENED: {
        S.SETTLING: "verified again, next attempt",
        S.REFERRED: "no longer verifiable",
        S.FROZEN: "dispute or fraud warning",
        S.COVERED: "another claim refunds this charge",
    },
    S.FROZEN: {
        S.REOPENED: "dispute won or withdrawn",
        S.REFUNDED: "the refund stands",
        S.REFERRED: "a person has to look",
        S.DECLINED: "the bank has paid it back",
    },
    S.DECLINED: {S.REFERRED: "appealed"},
    S.COVERED: {S.REOPENED: "the other refund failed"},
    S.CREDITING: {S.REMEDIED: "the credit is booked", S.REFERRED: "no credit could be booked"},
    S.REMEDIED: {},
    S.WITHDRAWN: {},
}

STEP_TRANSITIONS: Mapping[StepState, Mapping[StepState, str]] = {
    T.INTENDED: {
        T.PENDING: "Stripe took it",
        T.SUCCEEDED: "done",
        T.FAILED: "Stripe could not",
        T.CANCELED: "canceled at Stripe",
        T.REFUSED: "Stripe refused, nothing moved",
    },
    T.PENDING: {T.SUCCEEDED: "done", T.FAILED: "Stripe could not", T.CANCELED: "canceled at Stripe"},
    T.SUCCEEDED: {T.FAILED: "failed days later", T.CANCELED: "canceled at Stripe"},
    T.FAILED: {},
    T.CANCELED: {},
    T.REFUSED: {},
}

# At most one attempt to refund a charge may be in one of these.
LIVE_STEP_STATES = frozenset({StepState.INTENDED, StepState.PENDING, StepState.SUCCEEDED})


def state_after(outcome: Outcome) -> ClaimState:
    """Where a decision leads."""
    return ClaimState(outcome.value)


def step_state_of(refund_status: str) -> StepState:
    """What Stripe's status of a refund means; one that we do not know counts as on its way: none is made twice."""
    known = {"succeeded": T.SUCCEEDED, "failed": T.FAILED, "canceled": T.CANCELED}
    return known.get(refund_status, T.PENDING)


def claims_drawn() -> str:
    """The states of a claim as a Mermaid diagram."""
    moves = (f"    {old} --> {new}: {why}" for old, later in CLAIM_TRANSITIONS.items() for new, why in later.items())
    ends = (f"    {state} --> [*]" for state, later in CLAIM_TRANSITIONS.items() if not later)
    return "\n".join(("stateDiagram-v2", f"    [*] --> {ClaimState.FILED}: claim filed", *moves, *ends))
