"""Trouble on command, as the SDK meets it."""

import pytest
import stripe

from tests.sandbox.stage import Stage


def names(stage: Stage) -> int:
    return len(stage.world.call("GET", "/v1/customers")["data"])


def create(stage: Stage) -> object:
    return stage.stripe.v1.customers.create({"name": "A"})


def test_an_outage_lasts_until_it_is_over(stage: Stage) -> None:
    stage.world.trouble.outage()
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            create(stage)
    stage.world.trouble.outage(False)
    create(stage)
    assert names(stage) == 1


def test_an_outage_of_some_requests_of_one_kind(stage: Stage) -> None:
    stage.world.trouble.outage(1, only="POST /v1/customers")
    stage.stripe.v1.customers.list()
    with pytest.raises(stripe.APIError):
        create(stage)
    create(stage)


def test_a_timeout_before_and_after_the_effect(stage: Stage) -> None:
    stage.world.trouble.timeout_before_effect()
    with pytest.raises(stripe.APIConnectionError):
        create(stage)
    assert names(stage) == 0
    stage.world.trouble.timeout_after_effect()
    with pytest.raises(stripe.APIConnectionError):
        create(stage)
    assert names(stage) == 1


def test_rate_limits_locks_and_keys_in_use(stage: Stage) -> None:
    stage.world.trouble.rate_limited()
    with pytest.raises(stripe.RateLimitError):
        create(stage)
    stage.world.trouble.lock_timeout()
    with pytest.raises(stripe.RateLimitError) as locked:
        create(stage)
    assert locked.value.error is not None
    assert locked.value.error.code == "lock_timeout"
    stage.world.trouble.key_in_use()
    with pytest.raises(stripe.StripeError) as in_use:
        create(stage)
    assert in_use.value.http_status == 409


def test_the_dashboard_is_never_in_trouble_and_not_in_the_log(stage: Stage) -> None:
    stage.world.trouble.outage()
    before = len(stage.world.requests)
    stage.customer()
    assert len(stage.world.requests) == before


def test_requests_are_kept_with_what_they_asked(stage: Stage) -> None:
    stage.stripe.v1.customers.create({"metadata": {"uid": "7"}}, {"idempotency_key": "key-5"})
    request = stage.world.requests[-1]
    assert (request.method, request.path, request.status) == ("POST", "/v1/customers", 200)
    assert request.params == {"metadata": {"uid": "7"}}
    assert request.idempotency_key == "key-5"
