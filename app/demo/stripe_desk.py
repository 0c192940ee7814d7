"""Stripe from the outside, as the host's sign-up code and the staff in the dashboard use it."""

import time
from typing import Any

import requests

from app.errors import PaidthroughError
from app.sandbox.wire import form

Json = dict[str, Any]
API_VERSION = "2026-10-28.endive"
ADVANCE_SECONDS = 60


class StripeDesk:
    """Form-encoded calls to `base` with a test key, and the sandbox's own controls."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session = requests.Session()
        self._session.headers["Authorization"] = "Bearer sk_test_demo"
        self._session.headers["Stripe-Version"] = API_VERSION

    def post(self, path: str, **params: Any) -> Json:
        encoded = form.encode(params)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return _read(self._session.post(self._base + path, data=encoded, headers=headers, timeout=30))

    def get(self, path: str, **params: Any) -> Json:
        return _read(self._session.get(f"{self._base}{path}?{form.encode(params)}", timeout=30))

    def play(self, path: str, **given: Any) -> Json:
        """Something that only happens in the sandbox: a customer pays, a card starts to decline."""
        return _read(self._session.post(f"{self._base}/sandbox/{path}", json=given, timeout=30))

    def advance(self, clock: str, to: int) -> None:
        """Move a test clock and wait until Stripe has done everything that falls due on the way."""
        self.post(f"/v1/test_helpers/test_clocks/{clock}/advance", frozen_time=to)
        ends = time.monotonic() + ADVANCE_SECONDS
        while time.monotonic() < ends:
            if self.get(f"/v1/test_helpers/test_clocks/{clock}")["status"] == "ready":
                return
            time.sleep(0.1)
        raise PaidthroughError(f"The test clock {clock} did not arrive.")


def _read(answer: requests.Response) -> Json:
    body: Json = answer.json()
    if not answer.ok:
        raise PaidthroughError(f"Stripe refused: {body['error']['message']}")
    return body
