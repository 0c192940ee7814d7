"""A request as it arrived and the response as it leaves."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import orjson

from app.sandbox.refusal import Refusal
from app.sandbox.state.journal import API_VERSION
from app.sandbox.state.plain import Json

_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]+")


@dataclass(slots=True, kw_only=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    at: int
    params: Json = field(default_factory=dict)
    malformed: Refusal | None = None  # why the parameters could not be read
    status: int | None = None  # of the answer, once there is one

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes


def respond(status: int, body: bytes, *, now: int, request_id: str, **more: str) -> Response:
    headers = {
        "Content-Type": "application/json",
        "Date": format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True),
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
    }
    named = {name.replace("_", "-").title(): value for name, value in more.items()}
    return Response(status=status, headers=headers | named, body=body)


def rendered(answer: Json) -> bytes:
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2)


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def check_key(headers: Mapping[str, str], *, livemode: bool) -> None:
    """Bearer or Basic, a secret or restricted key, of the account's mode."""
    key = _key(headers.get("authorization", ""))
    if not key:
        raise _unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header,"
            " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    found = _KEY.fullmatch(key)
    if not found or found[2] != ("live" if livemode else "test"):
        raise _unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * max(len(key) - 8, 0)}")


def check_version(headers: Mapping[str, str]) -> None:
    wanted = headers.get("stripe-version", API_VERSION)
    if wanted != API_VERSION:
        raise Refusal(400, f"Invalid Stripe API version: {wanted}. The sandbox renders {API_VERSION} only.")


def _key(authorization: str) -> str:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _unauthorized(message: str) -> Refusal:
    return Refusal(401, message)
