"""Who may ask: the host proves itself with one of its keys."""

from collections.abc import Callable, Iterable
from hashlib import sha256
from hmac import compare_digest

from flask import Response, request
from pydantic import SecretStr
from werkzeug.exceptions import Unauthorized

from app.api.failures import failure


def key_check(keys: Iterable[SecretStr]) -> Callable[[], None]:
    """A function that raises unless the request carries one of `keys`."""
    accepted = tuple(_digest(key.get_secret_value().encode()) for key in keys)

    def check() -> None:
        scheme, _, presented = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        # Digests have one length and every key is compared, so the time tells nothing about any of them.
        digest = _digest(presented.strip().encode("latin-1", "replace"))
        fits = sum([compare_digest(digest, key) for key in accepted])
        if not fits or scheme.lower() != "bearer":
            raise Unauthorized(response=_unauthorized())

    return check


def _unauthorized() -> Response:
    response = failure(401, "unauthorized", "Send one of API_KEYS as “Authorization: Bearer KEY”.")
    response.headers["WWW-Authenticate"] = 'Bearer realm="paidthrough"'
    return response


def _digest(key: bytes) -> bytes:
    return sha256(key).digest()
