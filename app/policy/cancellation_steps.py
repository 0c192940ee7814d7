"""The single changes at Stripe that ending, pausing or resuming is made of, and the ways in which it can end."""

from enum import StrEnum, auto


class Action(StrEnum):
    """What is asked for: the first two by a customer, the others by a decision about the user's standing."""

    CANCEL = auto()
    RESUME = auto()
    SUSPEND = auto()
    TERMINATE = auto()
    REINSTATE = auto()


BY_CUSTOMER = frozenset({Action.CANCEL, Action.RESUME})
BY_STANDING = frozenset(Action) - BY_CUSTOMER


class Step(StrEnum):
    """One call to Stripe. After each, what comes next is decided anew by what Stripe says."""

    RELEASE_SCHEDULE = auto()
    SCHEDULE_END = auto()
    CLEAR_CANCEL_AT_PERIOD_END = auto()
    CLEAR_CANCEL_AT = auto()
    LOOK_AT_RENEWAL = auto()
    STOP_INVOICE = auto()
    CANCEL_NOW = auto()
    FINALIZE_INVOICE = auto()
    VOID_INVOICE = auto()
    PAUSE_COLLECTION = auto()
    RESUME_COLLECTION = auto()


class CancelResult(StrEnum):
    """What the customer is told, and what is kept as the request's outcome."""

    SCHEDULED = auto()  # ends with its billing cycle
    ALREADY_ENDING = auto()
    RENEWAL_STOPPED = auto()  # asked for in time, Stripe had begun to renew: undone, nothing was charged
    RENEWED_BEFORE_CANCEL = (
        auto()
    )  # asked for in time, charged all the same: ends with the new cycle, and it is our fault
    CANCELED_NOW = auto()  # it was paused after the end of its cycle: nothing was left to wait for
    RESUMED = auto()
    NOTHING_TO_RESUME = auto()
    COLLECTION_PAUSED = auto()
    ALREADY_PAUSED = auto()  # by somebody else, so a reinstatement does not take it back
    RECORDED = auto()  # Stripe does not have it yet; it will be repeated
    ALREADY_ENDED = auto()
    INCOMPLETE = auto()  # the first payment was never made
    NOT_YOURS = auto()  # also the answer for a subscription that does not exist
    REFUSED = auto()
    NOT_IN_GOOD_STANDING = auto()  # an end that is planned stays: it cannot be undone now (4.1)
    TOO_OFTEN = auto()  # undone again and again in one day; an end can always be asked for
