"""The clauses of the refund policy; the headings of its text are held equal to them by a test."""

from enum import StrEnum


class Clause(StrEnum):
    DELIVERED = "1.1"
    SATISFACTION = "1.2"
    USER_ERROR = "1.3"
    SYSTEM_FAILURE = "2.1"
    DUPLICATE_PAYMENT = "2.2"
    WINDOW = "2.3"
    CANCEL = "3.1"
    NO_PRO_RATING = "3.2"
    BEFORE_RENEWAL = "3.3"
    VIOLATION = "4.1"
    CLAIM_DETAILS = "5.1"
