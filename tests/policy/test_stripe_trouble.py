"""Whom Stripe's trouble concerns, and how long it is left alone."""

from datetime import timedelta
from itertools import pairwise

import pytest

from app.policy.stripe_trouble import EVERYTHING, UNREADABLE, USUAL, concerned, rest


@pytest.mark.parametrize(
    ("status", "code", "whom"),
    [
        (None, None, EVERYTHING),
        (401, None, EVERYTHING),
        (429, "rate_limit", EVERYTHING),
        (429, None, EVERYTHING),
        (400, "rate_limit", EVERYTHING),
        (502, None, EVERYTHING),
        (503, "api_error", EVERYTHING),
        (504, UNREADABLE, EVERYTHING),
        (403, None, "invoice"),
        (500, "api_error", "invoice"),
        (200, UNREADABLE, "invoice"),
        (409, "idempotency_key_in_use", None),
        (409, "lock_timeout", None),
        (429, "lock_timeout", None),
        (200, None, None),
    ],
)
def test_whom_it_concerns(status: int | None, code: str | None, whom: str | None) -> None:
    assert concerned("invoice", status=status, code=code) == whom
    assert concerned(None, status=status, code=code) == (whom if whom == EVERYTHING else None)


def test_what_failed_before_may_itself_be_the_reason() -> None:
    assert concerned("invoice", status=500, failed_before=True) is None
    assert concerned("invoice", status=403, failed_before=True) == "invoice"
    assert concerned("invoice", status=503, failed_before=True) == EVERYTHING


def test_rests_double_up_to_the_longest() -> None:
    rests = [rest(failures, USUAL, asked_for=None, chance=0) for failures in range(1, 40)]
    assert rests[:3] == [timedelta(seconds=seconds) for seconds in (1, 2, 4)]
    assert all(earlier <= later for earlier, later in pairwise(rests))
    assert rests[-1] == USUAL.longest


def test_chance_adds_up_to_a_quarter() -> None:
    assert rest(3, USUAL, asked_for=None, chance=1) == timedelta(seconds=5)
    assert rest(3, USUAL, asked_for=None, chance=0.5) == timedelta(seconds=4.5)


def test_stripes_wish_is_granted() -> None:
    assert rest(1, USUAL, asked_for=30, chance=0) == timedelta(seconds=30)
    assert rest(5, USUAL, asked_for=2, chance=0) == timedelta(seconds=16)
