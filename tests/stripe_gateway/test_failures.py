"""What Stripe's failures become."""

import pytest
import requests
import responses

from app.errors import StripeKeyRefused, StripeMissing, StripeRefused, StripeUnavailable
from app.stripe_gateway.fetching import fetch
from app.stripe_gateway.gateway import Gateway
from tests.stripe_gateway.wire import BASE, gateway, refuses, says

PATH = "/v1/subscriptions/sub_1"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, {"type": "api_error"}),
        (503, {"type": "api_error"}),
        (429, {"type": "invalid_request_error", "code": "rate_limit"}),
        (429, {"type": "invalid_request_error", "code": "lock_timeout"}),
        (409, {"type": "invalid_request_error", "code": "lock_timeout"}),
        (409, {"type": "idempotency_error", "code": "idempotency_key_in_use"}),
        (400, {"type": "invalid_request_error", "code": "rate_limit"}),
        (400, {"type": "invalid_request_error", "code": "lock_timeout"}),
    ],
)
def test_trouble_at_stripe_is_asked_again_later(
    stripe: responses.RequestsMock, status: int, error: dict[str, str]
) -> None:
    refuses(stripe, "GET", PATH, status=status, **error)
    with pytest.raises(StripeUnavailable):
        fetch(gateway(), "subscription", "sub_1")


@pytest.mark.parametrize("error", [requests.ConnectionError(), requests.ReadTimeout(), requests.ConnectTimeout()])
def test_no_answer_is_asked_again_later(stripe: responses.RequestsMock, error: Exception) -> None:
    stripe.add("GET", BASE + PATH, body=error)
    with pytest.raises(StripeUnavailable):
        fetch(gateway(), "subscription", "sub_1")


@pytest.mark.parametrize("status", [200, 502])
def test_an_answer_that_is_no_json_is_asked_again_later(stripe: responses.RequestsMock, status: int) -> None:
    says(stripe, "GET", PATH, "<html>a proxy</html>", status=status)
    with pytest.raises(StripeUnavailable):
        fetch(gateway(), "subscription", "sub_1")


def test_what_stripe_does_not_have_is_missing(stripe: responses.RequestsMock) -> None:
    refuses(stripe, "GET", PATH, status=404, type="invalid_request_error", code="resource_missing")
    with pytest.raises(StripeMissing) as raised:
        fetch(gateway(), "subscription", "sub_1")
    assert (raised.value.code, raised.value.status) == ("resource_missing", 404)


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, {"type": "invalid_request_error", "code": "resource_missing"}, "resource_missing"),
        (400, {"type": "invalid_request_error", "code": "charge_already_refunded"}, "charge_already_refunded"),
        (400, {"type": "invalid_request_error"}, "invalid_request_error"),
        (400, {"type": "idempotency_error"}, "idempotency_error"),
        (402, {"type": "card_error", "code": "card_declined"}, "card_declined"),
        (404, {"type": "invalid_request_error"}, "invalid_request_error"),
    ],
)
def test_a_no_is_refused_and_not_missing(
    stripe: responses.RequestsMock, status: int, error: dict[str, str], code: str
) -> None:
    refuses(stripe, "GET", PATH, status=status, **error)
    with pytest.raises(StripeRefused) as raised:
        fetch(gateway(), "subscription", "sub_1")
    assert type(raised.value) is StripeRefused
    assert (raised.value.code, raised.value.status, str(raised.value)) == (code, status, "no")


@pytest.mark.parametrize("status", [401, 403])
def test_a_bad_key_names_itself_and_is_asked_again_once_mended(stripe: responses.RequestsMock, status: int) -> None:
    refuses(stripe, "GET", PATH, status=status, type="invalid_request_error")
    with pytest.raises(StripeKeyRefused, match="API key") as raised:
        fetch(gateway(), "subscription", "sub_1")
    assert isinstance(raised.value, StripeUnavailable)
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("Thu, 05 Nov 2026 12:01:30 GMT", 90),
        ("Thu, 05 Nov 2026 11:00:00 GMT", 0),
        ("9" * 400, 3600),
        ("Fri, 05 Nov 2027 12:00:00 GMT", 3600),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_how_long_stripe_asks_us_to_wait(stripe: responses.RequestsMock, told: str, seconds: float | None) -> None:
    error = {"error": {"message": "no", "type": "invalid_request_error", "code": "rate_limit"}}
    says(stripe, "GET", PATH, error, status=429, Retry_After=told)
    with pytest.raises(StripeUnavailable) as raised:
        fetch(gateway(), "subscription", "sub_1")
    unavailable = raised.value
    assert (unavailable.status, unavailable.code, unavailable.retry_after) == (429, "rate_limit", seconds)


def test_who_has_a_patience_of_its_own_repeats_nothing_at_once(stripe: responses.RequestsMock) -> None:
    refuses(stripe, "GET", PATH, status=503, type="api_error")
    with pytest.raises(StripeUnavailable):
        fetch(Gateway("sk_test_of_the_tests", max_network_retries=2), "subscription", "sub_1", retries=0)
    assert len(stripe.calls) == 1
