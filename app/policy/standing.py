"""Where a user stands with us (policy clause 4.1): decided by a person, not by Stripe."""

from enum import StrEnum


class Standing(StrEnum):
    GOOD = "good"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
