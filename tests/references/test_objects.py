"""The two judges of API objects pass what is right and name what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.references import payloads
from tests.references.annotations import unknown_values, violations
from tests.references.openapi import object_violations, response_violations
from tests.references.payloads import Payload

RIGHT: dict[str, Callable[[], Payload]] = {
    "customer": payloads.customer,
    "charge": payloads.charge,
    "subscription": payloads.subscription,
    "invoice": payloads.invoice,
    "refund": payloads.refund,
    "a renewal": lambda: payloads.event(
        payloads.subscription(),
        kind="customer.subscription.updated",
        previous={
            "items": {"data": [payloads.item()]},
            "latest_invoice": None,
            "metadata": {"uid": None},
            "status_details": None,
            "cancellation_details": {"reason": None},
        },
    ),
    "a page of subscriptions": lambda: payloads.listed(payloads.subscription(), url="/v1/subscriptions"),
    "a deleted customer": lambda: {"id": "cus_1", "object": "customer", "deleted": True},
    "an error": lambda: {
        "error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No", "param": "id"}
    },
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_payloads_pass_both_judges(name: str) -> None:
    body = RIGHT[name]()
    assert violations(body) == []
    assert unknown_values(body) == []
    assert object_violations(body) == []


def test_expanded_fields_are_judged_as_what_they_are() -> None:
    body = payloads.subscription() | {"latest_invoice": payloads.invoice()}
    assert violations(body) == object_violations(body) == []
    del body["latest_invoice"]["currency"]
    assert violations(body) == object_violations(body) == ["subscription.latest_invoice.currency: missing"]


Mutation = Callable[[Payload], None]


def _without(*path: str | int) -> Mutation:
    def mutate(body: Payload) -> None:
        node = body
        for step in path[:-1]:
            node = node[step]  # type: ignore[index]
        del node[path[-1]]  # type: ignore[arg-type]

    return mutate


def _with(value: object, *path: str | int) -> Mutation:
    def mutate(body: Payload) -> None:
        node = body
        for step in path[:-1]:
            node = node[step]  # type: ignore[index]
        node[path[-1]] = value  # type: ignore[index]

    return mutate


IN_ITEM = ("items", "data", 0)
BOTH_SEE: list[tuple[Mutation, str]] = [
    (_without("customer"), "subscription.customer: missing"),
    (_without(*IN_ITEM, "current_period_end"), "subscription.items.data[0].current_period_end: missing"),
    (_without(*IN_ITEM, "price", "currency"), "subscription.items.data[0].price.currency: missing"),
    (_with("7", "created"), "subscription.created: str instead of int"),
    (_with(1, "livemode"), "subscription.livemode: int instead of bool"),
    (_with(True, "start_date"), "subscription.start_date: bool instead of int"),
    (_with(7, "metadata", "uid"), "subscription.metadata.uid: int instead of str"),
    (_with(None, "status"), "subscription.status: null"),
    (_with({}, "discounts"), "subscription.discounts: dict instead of list"),
    (
        _with(20.0, *IN_ITEM, "price", "unit_amount"),
        "subscription.items.data[0].price.unit_amount: float instead of int",
    ),
    (
        _with(2000, *IN_ITEM, "price", "unit_amount_decimal"),
        "subscription.items.data[0].price.unit_amount_decimal: int instead of Decimal",
    ),
]


@pytest.mark.parametrize(("mutate", "complaint"), BOTH_SEE, ids=[complaint for _, complaint in BOTH_SEE])
def test_both_judges_see(mutate: Mutation, complaint: str) -> None:
    body = payloads.subscription()
    mutate(body)
    assert violations(body) == [complaint]
    assert object_violations(body) == [complaint]


def test_fields_that_left_the_api_are_unknown_to_the_package_only() -> None:
    body = payloads.subscription() | {"current_period_end": payloads.END}
    assert violations(body) == ["subscription.current_period_end: unknown field"]
    assert object_violations(body) == []


def test_a_field_that_stripe_leaves_out_must_not_be_null() -> None:
    body = payloads.subscription() | {"presentment_details": None}
    assert object_violations(body) == ["subscription.presentment_details: null"]


def test_a_complete_rendering_has_its_nulls() -> None:
    body = payloads.price()
    assert object_violations(body, complete=True) == []
    del body["lookup_key"]
    del body["recurring"]["meter"]
    assert object_violations(body) == []
    missing = ["price.recurring.meter: missing", "price.lookup_key: missing"]
    assert object_violations(body, complete=True) == missing


def test_a_value_outside_an_open_enum_is_told_apart() -> None:
    body = payloads.subscription() | {"status": "sleeping"}
    assert violations(body) == []
    (warning,) = unknown_values(body)
    assert warning.startswith("subscription.status: 'sleeping' is not one of ['active'")
    assert len(object_violations(body)) == 1


def test_a_value_outside_a_closed_enum_is_a_violation() -> None:
    body = payloads.event(payloads.refund(), kind="refund.invented")
    (complaint,) = violations(body)
    assert complaint.startswith("event.type: 'refund.invented' is not one of")


def test_the_object_inside_an_event_is_judged() -> None:
    inner = payloads.refund()
    del inner["amount"]
    body = payloads.event(inner, kind="refund.created")
    assert violations(body) == object_violations(body) == ["event.data.object.amount: missing"]


@pytest.mark.parametrize(
    ("previous", "complaint"),
    [
        ({"current_period_end": 1}, "event.data.previous_attributes.current_period_end: unknown field"),
        ({"start_date": None}, "event.data.previous_attributes.start_date: null"),
        ({"items": {"data": [{}]}}, "event.data.previous_attributes.items.data[0].created: missing"),
        ({"cancel_at": "1"}, "event.data.previous_attributes.cancel_at: str instead of int"),
    ],
)
def test_previous_attributes_are_judged(previous: Payload, complaint: str) -> None:
    body = payloads.event(payloads.subscription(), kind="customer.subscription.updated", previous=previous)
    assert complaint in violations(body)


def test_an_unknown_object_is_named() -> None:
    assert violations({"object": "unicorn"}) == object_violations({"object": "unicorn"}) == ["unicorn: unknown object"]


def test_an_error_needs_a_type_and_nothing_invented() -> None:
    body: Payload = {"error": {"message": "No", "mood": "bad"}}
    assert violations(body) == ["error.error.mood: unknown field", "error.error.type: missing"]
    assert object_violations(body) == ["error.error.type: missing"]


def test_an_answer_is_judged_as_the_answer_to_its_request() -> None:
    assert response_violations("GET", "/v1/subscriptions/sub_1", payloads.subscription()) == []
    assert response_violations("GET", "/v1/subscriptions/sub_1", payloads.refund()) != []
    page = payloads.listed(payloads.refund(), url="/v1/subscriptions")
    assert "response.data[0].items: missing" in response_violations("GET", "/v1/subscriptions", page)
    assert response_violations("GET", "/v1/unicorns", {}) == ["GET /v1/unicorns: unknown operation"]
