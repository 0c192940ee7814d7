"""The requests as they go over the wire."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from random import Random
from urllib.parse import quote

from tests.support.product import API_KEY, SECRET


def webhooks(bodies: Iterable[bytes], *, now: int) -> list[bytes]:
    """Signed as Stripe does, at this moment."""
    return [_webhook(body, now) for body in bodies]


def questions(uids: Sequence[str], count: int, *, seed: int) -> list[bytes]:
    """May these users in? Asked at random."""
    return [question(uid) for uid in Random(seed).choices(uids, k=count)]


def question(uid: str) -> bytes:
    return (
        f"GET /v1/access/{quote(uid, safe='')} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Authorization: Bearer {API_KEY}\r\n\r\n"
    ).encode()


def _webhook(body: bytes, now: int) -> bytes:
    made = hmac.new(SECRET.encode(), b"%d.%s" % (now, body), hashlib.sha256).hexdigest()
    return (
        f"POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*; q=0.5, application/xml\r\n"
        f"Cache-Control: no-cache\r\nContent-Type: application/json; charset=utf-8\r\n"
        f"User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\n"
        f"Stripe-Signature: t={now},v1={made}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
