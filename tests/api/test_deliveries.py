"""`POST /v1/deliveries`: what the host delivered, told once or often."""

from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.billing.deliveries import DeliveryRecord, DeliveryStatus, delivery_of
from tests.support.product import API_KEY
from tests.support.stage import START, Stage

FAILED = {
    "uid": "ann",
    "order": "order-7",
    "status": "failed",
    "occurred_at": "2026-10-23T07:30:00+02:00",
    "detail": "The renderer crashed.",
}


def test_the_first_is_recorded_and_the_same_again_changes_nothing(acted: Stage) -> None:
    first = tell(acted, FAILED)
    acted.advance(hours=1)
    again = tell(acted, FAILED | {"occurred_at": "2026-10-23T06:00:00Z", "detail": "other words"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert first.get_json() == FAILED | {"occurred_at": "2026-10-23T05:30:00Z", "recorded_at": "2026-10-23T06:00:00Z"}


def test_an_order_that_failed_and_then_succeeded_was_delivered(acted: Stage) -> None:
    assert known(acted, "ann").status is None
    tell(acted, FAILED)
    assert known(acted, "ann").status is DeliveryStatus.FAILED
    assert tell(acted, FAILED | {"status": "succeeded"}).status_code == 201
    found = known(acted, "ann")
    assert found.status is DeliveryStatus.SUCCEEDED
    assert found.failed is not None
    assert found.failed.occurred_at == START - timedelta(minutes=30)


@pytest.mark.parametrize("status", ["failed", "succeeded"])
def test_an_order_of_somebody_else_is_a_conflict_and_stays_theirs(acted: Stage, status: str) -> None:
    tell(acted, FAILED)
    refused = tell(acted, FAILED | {"uid": "bob", "status": status})
    assert refused.status_code == 409
    assert refused.get_json()["error"]["type"] == "conflict"
    assert known(acted, "bob") == DeliveryRecord(succeeded=None, failed=None)
    assert known(acted, "ann").status is DeliveryStatus.FAILED


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (FAILED | {"uid": ""}, "uid"),
        (FAILED | {"uid": "a\0b"}, "uid"),
        (FAILED | {"order": 7}, "order"),
        (FAILED | {"order": "x" * 501}, "order"),
        (FAILED | {"status": "delivered"}, "status"),
        (FAILED | {"occurred_at": "2026-10-23T05:30:00"}, "occurred_at"),
        (FAILED | {"occurred_at": "yesterday"}, "occurred_at"),
        (FAILED | {"occurred_at": "2026-10-23T06:05:01Z"}, "occurred_at"),
        (FAILED | {"detail": "x" * 2001}, "detail"),
        (FAILED | {"amount": 1}, "amount"),
        ({"uid": "ann"}, "order"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(acted: Stage, body: Any, names: str) -> None:
    refused = tell(acted, body)
    error = refused.get_json()["error"]
    assert (refused.status_code, error["type"]) == (400, "invalid_request")
    assert error["message"].startswith(f"{names}: ") or (names == "body" and "JSON" in error["message"])
    assert known(acted, "ann").status is None


def test_only_with_a_key(acted: Stage) -> None:
    refused = acted.browser().post("/v1/deliveries", json=FAILED, headers={"Authorization": "Bearer no"})
    assert refused.status_code == 401
    assert known(acted, "ann").status is None


def tell(acted: Stage, body: Any) -> TestResponse:
    content: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
    return acted.browser().post("/v1/deliveries", headers={"Authorization": f"Bearer {API_KEY}"}, **content)


def known(acted: Stage, uid: str) -> DeliveryRecord:
    with acted.context.db.read() as tx:
        return delivery_of(tx, uid, "order-7")
