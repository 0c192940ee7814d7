"""What each change sends, to the letter: where, which parameters, under which key."""

from collections.abc import Callable

import pytest
import responses

from app.stripe_gateway import invoices, subscriptions
from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.gateway import Gateway
from tests.stripe_gateway.wire import asked, gateway, key_of, says

Change = Callable[..., Fetched]
SUBSCRIPTION = ("/v1/subscriptions/x_1", "subscription")
CHANGES: list[tuple[Change, str, str, str, list[tuple[str, str]]]] = [
    (
        subscriptions.schedule_cancellation,
        "POST",
        *SUBSCRIPTION,
        [("cancel_at_period_end", "true"), ("proration_behavior", "none")],
    ),
    (
        subscriptions.clear_cancel_at_period_end,
        "POST",
        *SUBSCRIPTION,
        [("cancel_at_period_end", "false"), ("proration_behavior", "none")],
    ),
    (subscriptions.clear_cancel_at, "POST", *SUBSCRIPTION, [("cancel_at", ""), ("proration_behavior", "none")]),
    (subscriptions.cancel_now, "DELETE", *SUBSCRIPTION, [("prorate", "false"), ("invoice_now", "false")]),
    (
        subscriptions.release_schedule,
        "POST",
        "/v1/subscription_schedules/x_1/release",
        "subscription_schedule",
        [("preserve_cancel_date", "true")],
    ),
    (invoices.stop_invoice, "POST", "/v1/invoices/x_1", "invoice", [("auto_advance", "false")]),
    (invoices.finalize_stopped_invoice, "POST", "/v1/invoices/x_1/finalize", "invoice", [("auto_advance", "false")]),
    (invoices.void_invoice, "POST", "/v1/invoices/x_1/void", "invoice", []),
]
IDS = [change[0].__name__ for change in CHANGES]


@pytest.mark.parametrize(("change", "method", "path", "kind", "params"), CHANGES, ids=IDS)
def test_a_change_sends_this_and_nothing_else(
    stripe: responses.RequestsMock, change: Change, method: str, path: str, kind: str, params: list[tuple[str, str]]
) -> None:
    says(stripe, method, path, {"id": "x_1", "object": kind, "status": "as Stripe says"})
    fetched = change(gateway(), "x_1", key="request-1-step")
    assert asked(stripe) == (method, path, params)
    assert key_of(stripe) == "request-1-step"
    assert (fetched.kind, fetched.id, fetched.body["status"]) == (kind, "x_1", "as Stripe says")


def test_an_answer_that_stripe_repeats_is_not_taken_for_the_state_of_now(stripe: responses.RequestsMock) -> None:
    path = "/v1/subscriptions/x_1"
    old, now = ({"id": "x_1", "object": "subscription", "status": status} for status in ("active", "canceled"))
    says(stripe, "POST", path, old, Idempotent_Replayed="true")
    says(stripe, "GET", path, now)
    assert subscriptions.schedule_cancellation(gateway(), "x_1", key="key").body == now


def test_the_sdk_repeats_a_lost_call_with_the_same_key(
    stripe: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    patient = Gateway("sk_test_of_the_tests", max_network_retries=2)
    says(stripe, "DELETE", "/v1/subscriptions/x_1", {"error": {"type": "api_error", "message": "oh"}}, status=500)
    says(stripe, "DELETE", "/v1/subscriptions/x_1", {"id": "x_1", "object": "subscription"})
    subscriptions.cancel_now(patient, "x_1", key="the-key")
    assert [key_of(stripe, number) for number in (0, 1)] == ["the-key", "the-key"]
