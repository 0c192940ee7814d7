"""Why a customer asks for money back, in their words, and the clause that each reason leads to."""

from enum import StrEnum

from app.policy.clauses import Clause


class ClaimReason(StrEnum):
    CHARGED_TWICE = "charged_twice"
    NOT_DELIVERED = "not_delivered"
    CANCELED_IN_TIME = "canceled_in_time"
    DISLIKED = "disliked"
    OWN_MISTAKE = "own_mistake"
    REST_OF_PERIOD = "rest_of_period"
    FORGOT_TO_CANCEL = "forgot_to_cancel"
    SOMETHING_ELSE = "something_else"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def clause(self) -> Clause:
        return _CLAUSES[self]


_LABELS = {
    ClaimReason.CHARGED_TWICE: "I was charged twice for the same thing",
    ClaimReason.NOT_DELIVERED: "I was charged, but nothing was delivered",
    ClaimReason.CANCELED_IN_TIME: "I canceled in time and was charged anyway",
    ClaimReason.DISLIKED: "I don't like the result",
    ClaimReason.OWN_MISTAKE: "I made a mistake: a wrong prompt or setting, or I published by accident",
    ClaimReason.REST_OF_PERIOD: "I don't need the rest of the period",
    ClaimReason.FORGOT_TO_CANCEL: "I forgot to cancel before the renewal",
    ClaimReason.SOMETHING_ELSE: "Something else",
}

_CLAUSES = {
    ClaimReason.CHARGED_TWICE: Clause.DUPLICATE_PAYMENT,
    ClaimReason.NOT_DELIVERED: Clause.SYSTEM_FAILURE,
    ClaimReason.CANCELED_IN_TIME: Clause.SYSTEM_FAILURE,
    ClaimReason.DISLIKED: Clause.SATISFACTION,
    ClaimReason.OWN_MISTAKE: Clause.USER_ERROR,
    ClaimReason.REST_OF_PERIOD: Clause.NO_PRO_RATING,
    ClaimReason.FORGOT_TO_CANCEL: Clause.BEFORE_RENEWAL,
    ClaimReason.SOMETHING_ELSE: Clause.CLAIM_DETAILS,
}

# Whatever else is known, these end in a decline: no evidence is asked for that could not change the answer.
ANSWERED_AT_ONCE = frozenset(
    {ClaimReason.DISLIKED, ClaimReason.OWN_MISTAKE, ClaimReason.REST_OF_PERIOD, ClaimReason.FORGOT_TO_CANCEL}
)
