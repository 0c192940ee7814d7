"""Whom it concerns that Stripe could not be asked, and for how long it is left alone then."""

from dataclasses import dataclass
from datetime import timedelta

EVERYTHING = "*"
"""Stands beside the kinds of objects, each of which has an endpoint of its own."""

UNREADABLE = "unreadable"
"""The code of an answer that is none of Stripe's: a proxy's, perhaps."""

_OF_ONE_OBJECT = ("lock_timeout", "idempotency_key_in_use")
_OF_EVERYTHING = (401, 429, 502, 503, 504)
_MOST_DOUBLINGS = 20
_SPREAD = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """The first rest, and the longest."""

    shortest: timedelta
    longest: timedelta


USUAL = Patience(shortest=timedelta(seconds=1), longest=timedelta(minutes=1))


def concerned(
    kind: str | None, *, status: int | None, code: str | None = None, failed_before: bool = False
) -> str | None:
    """Everything, or objects of that kind; None if only the one object.

    `status` is None where no answer came. An object that has `failed_before` may itself be why Stripe stumbles.
    """
    if status == 409 or code in _OF_ONE_OBJECT:
        return None
    if status is None or status in _OF_EVERYTHING or code == "rate_limit":
        return EVERYTHING
    if status == 403 or code == UNREADABLE:
        return kind
    return kind if status >= 500 and not failed_before else None


def rest(failures: int, patience: Patience, *, asked_for: float | None, chance: float) -> timedelta:
    """Twice as long after each failure in a row, or as long as Stripe has asked for, in seconds.

    With up to a quarter more, by `chance` from 0 to 1, so that not everybody is back in the same second.
    """
    longer: int = 1 << min(max(failures - 1, 0), _MOST_DOUBLINGS)
    plain = min(patience.shortest * longer, patience.longest)
    return max(plain, timedelta(seconds=asked_for or 0)) * (1 + _SPREAD * chance)
