"""Whatever is posted gets a clear answer with the right status, and nothing half-written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.billing.context import Context
from tests.corpus.histories import history
from tests.support.product import EPOCH, HandClock, ask_access, post_event, signature

EVENT: dict[str, Any] = history(1)[0]
BODY = orjson.dumps(EVENT)
THIN = {"id": "evt_1", "object": "v2.core.event", "type": "v1.customer.updated", "created": "2026-11-05T12:00:00.000Z"}

Sign = Callable[[bytes], str | None]


def signed(body: bytes) -> str:
    return signature(body, EPOCH)


def signed_at(seconds: int) -> Sign:
    return lambda body: signature(body, EPOCH + timedelta(seconds=seconds))


REFUSED: dict[str, tuple[bytes, Sign, int, str]] = {
    "no signature": (BODY, lambda _body: None, 400, "missing"),
    "an empty signature": (BODY, lambda _body: "", 400, "missing"),
    "a garbled signature": (BODY, lambda _body: "v1=abc", 400, "tells no time"),
    "a wrong signature": (BODY, lambda _body: signature(b"{}", EPOCH), 400, "No secret of ours"),
    "a wrong secret": (BODY, lambda body: signature(body, EPOCH, "whsec_of_somebody"), 400, "No secret of ours"),
    "a stale signature": (BODY, signed_at(-301), 400, "too far"),
    "a future signature": (BODY, signed_at(301), 400, "too far"),
    "a truncated body": (BODY[:-20], signed, 400, "JSON"),
    "an empty body": (b"", signed, 400, "JSON"),
    "an array": (b"[]", signed, 400, "not an event"),
    "a string": (b'"evt"', signed, 400, "not an event"),
    "an object that is not an event": (orjson.dumps(EVENT["data"]["object"]), signed, 400, "not an event"),
    "a thin event": (orjson.dumps(THIN), signed, 400, "thin event"),
    "an event without an id": (orjson.dumps(EVENT | {"id": None}), signed, 400, "no id"),
    "an event without a type": (orjson.dumps(EVENT | {"type": 7}), signed, 400, "no type"),
    "an event without data": (orjson.dumps(EVENT | {"data": {}}), signed, 400, "no data.object"),
    "an event without a time": (orjson.dumps(EVENT | {"created": "now"}), signed, 400, "instant"),
    "an event beyond time": (orjson.dumps(EVENT | {"created": 1 << 62}), signed, 400, "instant"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_told_why_and_not_stored(context: Context, client: FlaskClient, case: str) -> None:
    body, sign, status, words = REFUSED[case]
    header = sign(body)
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": header} if header else {})
    assert answer.status_code == status
    assert words in answer.get_json()["error"]["message"]
    assert _stored(context) == []


def test_a_body_that_is_not_utf8_is_refused(context: Context, client: FlaskClient) -> None:
    body = b'{"object": "event", "id": "\xff"}'
    header = signature(b"{}", EPOCH)
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": header})
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert _stored(context) == []


def test_a_body_of_ten_megabytes_is_too_large(context: Context, client: FlaskClient) -> None:
    body = BODY + b" " * 10_000_000
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signed(body)})
    assert answer.status_code == 413
    assert _stored(context) == []


def test_only_post_is_allowed(client: FlaskClient) -> None:
    assert client.get("/webhooks/stripe").status_code == 405


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_within_the_tolerance_is_good(client: FlaskClient, seconds: int) -> None:
    header = signed_at(seconds)(BODY)
    assert client.post("/webhooks/stripe", data=BODY, headers={"Stripe-Signature": header}).status_code == 200


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        ({"livemode": True}, "ignored", "of live mode"),
        ({"account": "acct_other"}, "ignored", "of the connected account acct_other"),
        ({"api_version": "2025-02-24.acacia"}, "hint", "rendered in API version 2025-02-24.acacia"),
        ({"api_version": None}, "hint", "rendered in API version None"),
        ({"type": "customer.renamed"}, "applied", None),
    ],
)
def test_signed_events_that_are_not_for_the_mirror_are_stored(
    context: Context, client: FlaskClient, change: dict[str, Any], state: str, why: str | None
) -> None:
    answer = post_event(client, EVENT | change, EPOCH)
    assert (answer.status_code, answer.get_json()) == (200, {"received": True})
    assert _stored(context) == [(EVENT["id"], state, why)]


@pytest.mark.parametrize(
    "thing",
    [
        {"object": "entitlements.active_entitlement_summary", "customer": "cus_1"},
        {"object": "invoice", "id": "upcoming_in_1", "status": "draft"},
        {"object": "something.new", "id": "new_1"},
        {"no": "object at all"},
    ],
)
def test_objects_that_are_not_mirrored_are_stored_as_events(
    context: Context, client: FlaskClient, thing: dict[str, Any]
) -> None:
    event = EVENT | {"type": "something.happened", "data": {"object": thing}}
    assert post_event(client, event, EPOCH).status_code == 200
    assert _stored(context) == [(EVENT["id"], "ignored", "nothing to mirror")]


def test_a_known_release_is_believed_whatever_its_date(context: Context, client: FlaskClient) -> None:
    assert post_event(client, EVENT | {"api_version": "2026-09-30.endive"}, EPOCH).status_code == 200
    assert _stored(context) == [(EVENT["id"], "applied", None)]


def test_the_same_event_in_our_release_is_preferred_to_a_hint(context: Context, client: FlaskClient) -> None:
    post_event(client, EVENT | {"api_version": "2025-02-24.acacia"}, EPOCH)
    post_event(client, EVENT, EPOCH)
    assert _stored(context) == [(EVENT["id"], "applied", None)]


def test_one_of_two_live_secrets_is_enough(client: FlaskClient, clock: HandClock) -> None:
    header = signature(BODY, EPOCH, "whsec_old") + "," + signed(BODY).partition(",")[2]
    assert client.post("/webhooks/stripe", data=BODY, headers={"Stripe-Signature": header}).status_code == 200


def test_a_stranger_is_not_let_in(client: FlaskClient) -> None:
    assert ask_access(client, "nobody")["reason"] == "no_subscription"


def _stored(context: Context) -> list[tuple[str, str, str | None]]:
    with context.db.read() as tx:
        return [tuple(row) for row in tx.execute(text("SELECT id, state, why FROM inbox_event"))]
