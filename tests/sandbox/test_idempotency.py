"""Idempotency keys: replayed for a day, bound to their parameters, not kept for what never began."""

import pytest
import stripe

from app.sandbox.world import Response
from tests.sandbox.stage import HOUR, Stage

HEADERS = {"Authorization": "Bearer sk_test_1", "Idempotency-Key": "key-1"}


def create(stage: Stage, body: bytes = b"email=a%40example.com", key: str = "key-1") -> Response:
    headers = {**HEADERS, "Idempotency-Key": key}
    return stage.world.request("POST", "/v1/customers", body=body, headers=headers)


def test_the_same_request_is_replayed(stage: Stage) -> None:
    first, since = create(stage), len(stage.world.events)
    second = create(stage)
    assert (second.status, second.body) == (200, first.body)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Request-Id"] != first.headers["Request-Id"]
    assert stage.happened(since) == []


def test_other_parameters_under_the_same_key_are_refused(stage: Stage) -> None:
    stage.stripe.v1.customers.create({"name": "A"}, {"idempotency_key": "key-2"})
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        stage.stripe.v1.customers.create({"name": "B"}, {"idempotency_key": "key-2"})


def test_a_key_is_forgotten_after_a_day(stage: Stage) -> None:
    first = create(stage)
    stage.world.advance(24 * HOUR - 1)
    assert create(stage).body == first.body
    stage.world.advance(1)
    assert create(stage).body != first.body


def test_a_refusal_of_the_parameters_is_not_kept(stage: Stage) -> None:
    assert create(stage, b"colour=red").status == 400
    assert create(stage).status == 200


def test_a_refusal_while_executing_is_kept(stage: Stage) -> None:
    customer = stage.customer(card="pm_card_chargeCustomerFail")
    body = f"customer={customer}&items[0][price]={stage.monthly}&payment_behavior=error_if_incomplete".encode()

    def attempt() -> Response:
        return stage.world.request("POST", "/v1/subscriptions", body=body, headers=HEADERS)

    assert attempt().status == 402
    stage.world.accept(stage.card_of(customer))
    assert attempt().status == 402


def test_a_500_is_replayed(stage: Stage) -> None:
    stage.world.trouble.internal_error()
    assert create(stage).status == 500
    replayed = create(stage)
    assert (replayed.status, replayed.headers["Idempotent-Replayed"]) == (500, "true")
    assert create(stage, key="key-9").status == 200


def test_a_lost_answer_is_found_again_by_its_key(stage: Stage) -> None:
    options: stripe.RequestOptions = {"idempotency_key": "key-3"}
    stage.world.trouble.timeout_after_effect()
    with pytest.raises(stripe.APIConnectionError):
        stage.stripe.v1.customers.create({"name": "A"}, options)
    stage.stripe.v1.customers.create({"name": "A"}, options)
    assert stage.happened().count("customer.created") == 1
