"""Turns the SDK's errors into ours: ask again later, gone, or refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import stripe

from app.errors import PaidthroughError, StripeKeyRefused, StripeMissing, StripeRefused, StripeUnavailable
from app.policy.stripe_trouble import UNREADABLE

LONGEST_WAIT = 3600.0
"""To be asked to wait longer, in seconds, is a mistake rather than Stripe's wish."""

_ASK_AGAIN_STATUSES = (409, 429)  # another request holds the object or the idempotency key; too many requests
_ASK_AGAIN_CODES = ("lock_timeout", "idempotency_key_in_use", "rate_limit")


@contextmanager
def stripe_failures() -> Iterator[None]:
    """Raise our errors for the SDK's.

    Raises:
        StripeUnavailable: Stripe cannot be reached, is in trouble or busy; the call may have had its effect.
        StripeKeyRefused: a kind of `StripeUnavailable`: somebody has to mend the API key first.
        StripeMissing: a kind of `StripeRefused`: there is no such object.
        StripeRefused: Stripe understood and said no.
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error) from error


def _ours(error: stripe.StripeError) -> PaidthroughError:
    message, status, code = error.user_message, error.http_status, _code(error)
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return StripeKeyRefused(f"{StripeKeyRefused.__doc__} ({message})", status=status, code=code)
    if status is None or status >= 500 or status in _ASK_AGAIN_STATUSES or code in _ASK_AGAIN_CODES:
        return StripeUnavailable(message, status=status, code=code, retry_after=_retry_after(error.headers or {}))
    if code == "resource_missing" and status == 404:
        return StripeMissing(message, code=code, status=status)
    if status >= 400:
        return StripeRefused(message, code=code, status=status)
    return StripeUnavailable(message, status=status, code=UNREADABLE)  # an answer below 400


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, told as such or as a date; whatever else is told counts as nothing."""
    told = {name.lower(): value.strip() for name, value in headers.items()}
    wished = told.get("retry-after", "")
    try:
        if wished.isdecimal():
            return min(float(wished), LONGEST_WAIT)
        until, sent = (parsedate_to_datetime(each) for each in (wished, told.get("date", "")))
        return min(max((until - sent).total_seconds(), 0), LONGEST_WAIT)
    except (TypeError, ValueError):
        return None


def _code(error: stripe.StripeError) -> str | None:
    """The SDK fills `error.code` only for some classes; the answer has it for all. Some errors have only a type."""
    told = error.error
    code = error.code or (getattr(told, "code", None) or getattr(told, "type", None) if told else None)
    return code if isinstance(code, str) else None
