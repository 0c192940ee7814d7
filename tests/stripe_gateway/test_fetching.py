"""What an answer is: plain JSON, whole, and stamped with Stripe's time."""

import time
from typing import Any

import pytest
import requests
import responses

from app.db.tables import MIRRORED
from app.errors import StripeUnavailable
from app.stripe_gateway.fetching import FETCHABLE, fetch
from tests.stripe_gateway.wire import AT, BASE, DATE, asked, gateway, says

PATHS = {
    "charge": "/v1/charges/x_1",
    "checkout.session": "/v1/checkout/sessions/x_1",
    "credit_note": "/v1/credit_notes/x_1",
    "customer": "/v1/customers/x_1",
    "dispute": "/v1/disputes/x_1",
    "invoice": "/v1/invoices/x_1",
    "invoice_payment": "/v1/invoice_payments/x_1",
    "payment_intent": "/v1/payment_intents/x_1",
    "price": "/v1/prices/x_1",
    "product": "/v1/products/x_1",
    "radar.early_fraud_warning": "/v1/radar/early_fraud_warnings/x_1",
    "refund": "/v1/refunds/x_1",
    "subscription": "/v1/subscriptions/x_1",
    "subscription_schedule": "/v1/subscription_schedules/x_1",
    "test_helpers.test_clock": "/v1/test_helpers/test_clocks/x_1",
}


def test_every_mirrored_kind_can_be_fetched() -> None:
    assert frozenset(MIRRORED) == FETCHABLE == frozenset(PATHS)


@pytest.mark.parametrize(("kind", "path"), PATHS.items())
def test_each_kind_is_asked_for_where_stripe_keeps_it(stripe: responses.RequestsMock, kind: str, path: str) -> None:
    body = {"id": "x_1", "object": kind, "a_field_of_tomorrow": {"deep": [1, None, "1.50"]}}
    says(stripe, "GET", path, body)
    fetched = fetch(gateway(), kind, "x_1")
    assert asked(stripe) == ("GET", path, [])
    assert (fetched.kind, fetched.id, fetched.body, fetched.deleted) == (kind, "x_1", body, False)


def test_decimals_stay_as_stripe_wrote_them(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/prices/x_1", {"id": "x_1", "object": "price", "unit_amount_decimal": "0.5000"})
    assert fetch(gateway(), "price", "x_1").body["unit_amount_decimal"] == "0.5000"


def test_a_deleted_customer_says_so(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/customers/x_1", {"id": "x_1", "object": "customer", "deleted": True})
    assert fetch(gateway(), "customer", "x_1").deleted


def test_the_stamp_is_the_second_of_the_answer_and_one_more_at_each_end(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/refunds/x_1", {"id": "x_1", "object": "refund"})
    fetched = fetch(gateway(), "refund", "x_1")
    assert fetched.as_of in (AT - 2, AT - 1)  # minus the time the call took, to the whole second
    assert fetched.uncertain_until in (AT + 1, AT + 2)


def test_the_stamp_covers_the_time_the_call_took(
    stripe: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter((100.0, 104.5, 104.5))  # asked, answered, pages read
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
    says(stripe, "GET", "/v1/refunds/x_1", {"id": "x_1", "object": "refund"})
    fetched = fetch(gateway(), "refund", "x_1")
    assert (fetched.as_of, fetched.uncertain_until) == (AT - 6, AT + 1)


def test_the_stamp_covers_the_time_that_the_pages_took(
    stripe: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter((100.0, 101.0, 103.5))
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
    says(stripe, "GET", "/v1/refunds/x_1", {"id": "x_1", "object": "refund"})
    fetched = fetch(gateway(), "refund", "x_1")
    assert (fetched.as_of, fetched.uncertain_until) == (AT - 2, AT + 4)


@pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
def test_an_answer_without_a_time_is_asked_again(stripe: responses.RequestsMock, headers: dict[str, str]) -> None:
    stripe.add("GET", f"{BASE}/v1/refunds/x_1", json={"id": "x_1", "object": "refund"}, headers=headers)
    with pytest.raises(StripeUnavailable):
        fetch(gateway(), "refund", "x_1")


def test_the_items_of_a_subscription_are_read_to_their_end(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/subscriptions/sub_1", _holder("sub_1", "subscription", "items", ["si_1", "si_2"]))
    says(stripe, "GET", "/v1/subscription_items", _page(["si_3"], more=True))
    says(stripe, "GET", "/v1/subscription_items", _page(["si_4"], more=False))
    items = fetch(gateway(), "subscription", "sub_1").body["items"]
    assert [item["id"] for item in items["data"]] == ["si_1", "si_2", "si_3", "si_4"]
    assert items["has_more"] is False
    assert asked(stripe, 1)[2] == [("subscription", "sub_1"), ("limit", "100"), ("starting_after", "si_2")]
    assert asked(stripe, 2)[2][-1] == ("starting_after", "si_3")


def test_the_lines_of_an_invoice_are_read_to_their_end(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/invoices/in_1", _holder("in_1", "invoice", "lines", []))
    says(stripe, "GET", "/v1/invoices/in_1/lines", _page(["il_1"], more=False))
    lines = fetch(gateway(), "invoice", "in_1").body["lines"]
    assert [line["id"] for line in lines["data"]] == ["il_1"]
    assert asked(stripe, 1)[2] == [("limit", "100")]


def test_trouble_on_a_later_page_is_trouble(stripe: responses.RequestsMock) -> None:
    says(stripe, "GET", "/v1/subscriptions/sub_1", _holder("sub_1", "subscription", "items", ["si_1"]))
    stripe.add("GET", f"{BASE}/v1/subscription_items", body=requests.ReadTimeout(), headers={"Date": DATE})
    with pytest.raises(StripeUnavailable):
        fetch(gateway(), "subscription", "sub_1")


def _holder(object_id: str, kind: str, name: str, entries: list[str]) -> dict[str, Any]:
    return {"id": object_id, "object": kind, name: _page(entries, more=True)}


def _page(entries: list[str], *, more: bool) -> dict[str, Any]:
    data = [{"id": entry, "object": "entry", "quantity_decimal": "1.0"} for entry in entries]
    return {"object": "list", "data": data, "has_more": more, "url": "/v1/whatever"}
