"""Checks that Stripe signed a webhook's body, and did so about now."""

from collections.abc import Sequence

import stripe

from app.errors import BadSignature

_LONGEST_TIME = 12  # digits
_verify_header = stripe.WebhookSignature.verify_header  # the module looks its names up anew at every use


def verify(body: bytes, header: str | None, secrets: Sequence[str], *, now: int, tolerance: int) -> None:
    """Return if one of `secrets` made the signature, at most `tolerance` seconds before or after `now`.

    Raises:
        BadSignature: for whatever else was sent.
    """
    if not header:
        raise BadSignature("The Stripe-Signature header is missing.")
    if abs(now - _signed_at(header)) > tolerance:
        raise BadSignature("The signature's time is too far from ours.")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadSignature("The body is not UTF-8.") from error
    if not any(_made(text, header, secret) for secret in secrets):
        raise BadSignature("No secret of ours made this signature.")


def _signed_at(header: str) -> int:
    """The header's one `t`: with several, the one we judge might not be the one that was signed."""
    times = [part[2:] for part in header.split(",") if part.startswith("t=")]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or len(times[0]) > _LONGEST_TIME:
        raise BadSignature("The Stripe-Signature header tells no time.")
    return int(times[0])


def _made(text: str, header: str, secret: str) -> bool:
    try:
        # No tolerance: the SDK would compare with the wall clock, and would let any future time pass.
        _verify_header(text, header, secret, tolerance=None)
    except (stripe.SignatureVerificationError, TypeError):  # TypeError: a signature that is not ASCII
        return False
    return True
