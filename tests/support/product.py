"""The assembled product for tests: settings, a clock that is set by hand, and a signed way in."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson
from flask.testing import FlaskClient
from stripe import WebhookSignature
from werkzeug.test import TestResponse

from app.billing.context import Context
from app.db.engine import Database
from app.settings import Settings
from app.stripe_gateway.gateway import Gateway

SECRET = "whsec_of_the_tests"
API_KEY = "host_key_of_the_tests"
EPOCH = datetime(2026, 11, 5, 12, tzinfo=UTC)


class HandClock:
    """The product's clock, moved by the test."""

    def __init__(self, now: datetime = EPOCH) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


def settings(database_url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "database_url": database_url,
        "stripe_api_key": "sk_test_of_the_tests",
        "stripe_webhook_secrets": SECRET,
        "api_keys": API_KEY,
        "secret_key": "secret of the tests",
    }
    return Settings(_env_file=None, **(values | changes))


def product(database_url: str, *, clock: HandClock, **changes: Any) -> Context:
    """A context whose Stripe calls fail at once unless the test answers them."""
    chosen = settings(database_url, **changes)
    return Context(
        settings=chosen,
        db=Database(database_url, pool_size=12),
        stripe=Gateway("sk_test_of_the_tests", max_network_retries=0),
        clock=clock,
        chance=Random(0).random,
    )


def signature(body: bytes, at: datetime, secret: str = SECRET) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret, int(at.timestamp())))


def post_event(client: FlaskClient, event: Mapping[str, Any] | bytes, at: datetime) -> TestResponse:
    """Deliver an event as Stripe does."""
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    headers = {"Stripe-Signature": signature(body, at), "Content-Type": "application/json"}
    return client.post("/webhooks/stripe", data=body, headers=headers)


def ask_access(client: FlaskClient, uid: str) -> dict[str, Any]:
    answer = client.get(f"/v1/access/{uid}", headers={"Authorization": f"Bearer {API_KEY}"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found
