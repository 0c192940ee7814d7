"""A Stripe that answers what a test says, and remembers what it was asked."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import responses

from app.stripe_gateway.gateway import API_VERSION, Gateway
from tests.references.requests import sent_violations

DATE = "Thu, 05 Nov 2026 12:00:00 GMT"
AT = 1793880000
BASE = "https://api.stripe.com"


def gateway() -> Gateway:
    return Gateway("sk_test_of_the_tests", max_network_retries=0)


def says(mock: responses.RequestsMock, method: str, path: str, body: Any, *, status: int = 200, **headers: str) -> None:
    """Answer the next such request with `body`."""
    sent = {"Date": DATE} | {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, str) else json.dumps(body)
    mock.add(method, BASE + path, body=text, status=status, headers=sent, content_type="application/json")


def refuses(mock: responses.RequestsMock, method: str, path: str, *, status: int, **error: str) -> None:
    says(mock, method, path, {"error": {"message": "no", **error}}, status=status)


def asked(mock: responses.RequestsMock, number: int = -1) -> tuple[str, str, list[tuple[str, str]]]:
    """Method, path and parameters of a request, wherever it carried them; Stripe's own documents know them all."""
    request = mock.calls[number].request
    assert not sent_violations(str(request.method), str(request.url), request.body)  # type: ignore[arg-type]
    parts = urlsplit(str(request.url))
    form = parts.query or str(request.body or "")
    assert request.headers["Stripe-Version"] == API_VERSION
    assert request.headers["Authorization"] == "Bearer sk_test_of_the_tests"
    return str(request.method), parts.path, parse_qsl(form, keep_blank_values=True)


def key_of(mock: responses.RequestsMock, number: int = -1) -> str | None:
    key = mock.calls[number].request.headers.get("Idempotency-Key")
    return None if key is None else str(key)
