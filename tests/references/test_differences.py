"""Every listed difference between the document and our release is one, and nothing more is excused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.references import differences, document, payloads, requests
from tests.references.annotations import struct_of_object, violations
from tests.references.openapi import object_violations

PAUSE_FLOW = {
    "id": "bps_1",
    "object": "billing_portal.session",
    "configuration": "bpc_1",
    "created": payloads.START,
    "customer": "cus_1",
    "flow": {"type": "subscription_pause", "after_completion": {"type": "portal_homepage"}},
    "livemode": False,
    "url": "https://billing.stripe.com/p/session/1",
}
OBJECTS = {
    ("invoice", "amount_paid_off_stripe"): payloads.invoice(),
    ("invoice", "confirmation_secret"): payloads.invoice(),
    ("customer", "cash_balance"): payloads.customer(),
    ("charge", "refunds"): payloads.charge(),
    ("portal_flows_flow", "type"): PAUSE_FLOW,
}
ANCHOR = {"billing_cycle_anchor": {"type": "now"}}
TRIAL = {"trial_settings": {"end_behavior": {"billing_cycle_anchor": "now"}}}
REQUESTS: dict[tuple[str, str], tuple[str, dict[str, object]]] = {
    ("PostSubscriptionsSubscriptionExposedId", "billing_cycle_anchor"): ("/v1/subscriptions/sub_1", {**ANCHOR}),
    ("PostSubscriptionsSubscriptionResume", "billing_cycle_anchor"): (
        "/v1/subscriptions/sub_1/resume",
        {**ANCHOR},
    ),
    ("PostSubscriptionsSubscriptionResume", "payment_behavior"): (
        "/v1/subscriptions/sub_1/resume",
        {"payment_behavior": "resume_on_payment_success"},
    ),
    ("GetSubscriptions", "plan"): ("/v1/subscriptions", {"plan": "price_1"}),
    ("PostProducts", "type"): ("/v1/products", {"name": "Pro", "type": "service"}),
    ("PostSubscriptions", "trial_settings"): ("/v1/subscriptions", {**TRIAL}),
    ("PostSubscriptionsSubscriptionExposedId", "trial_settings"): ("/v1/subscriptions/sub_1", {**TRIAL}),
    ("PostPaymentIntents", "allowed_payment_method_types"): (
        "/v1/payment_intents",
        {"amount": 1, "currency": "usd", "allowed_payment_method_types": ["card"]},
    ),
    ("PostCheckoutSessions", "allowed_payment_method_types"): (
        "/v1/checkout/sessions",
        {"allowed_payment_method_types": ["card"]},
    ),
    ("PostWebhookEndpoints", "api_version"): (
        "/v1/webhook_endpoints",
        {"url": "https://a.test", "enabled_events": ["*"], "api_version": "2026-10-28.endive"},
    ),
    ("PostWebhookEndpoints", "enabled_events"): (
        "/v1/webhook_endpoints",
        {"url": "https://a.test", "enabled_events": ["apps.install.created"]},
    ),
    ("PostWebhookEndpointsWebhookEndpoint", "enabled_events"): (
        "/v1/webhook_endpoints/we_1",
        {"enabled_events": ["apps.install.created"]},
    ),
}


@pytest.fixture
def no_excuses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The document alone."""
    for table in ("FIELDS", "OBJECTS", "PARAMETERS", "OPERATIONS"):
        monkeypatch.setattr(differences, table, {})
    caches = (document.named_struct, requests.document_parameters)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.parametrize("difference", differences.FIELDS, ids=".".join)
def test_the_document_alone_would_refuse_the_field(difference: tuple[str, str], no_excuses: None) -> None:
    body = OBJECTS[difference]
    assert violations(body) == []
    assert any(difference[1] in complaint for complaint in object_violations(body, complete=True))


@pytest.mark.parametrize("name", differences.OBJECTS)
def test_the_document_alone_does_not_know_the_object(name: str, no_excuses: None) -> None:
    assert struct_of_object(name) is not None
    assert document.named_struct(name) is None


@pytest.mark.parametrize("difference", differences.PARAMETERS, ids=".".join)
def test_the_document_alone_would_refuse_the_parameter(difference: tuple[str, str], no_excuses: None) -> None:
    path, params = REQUESTS[difference]
    complaints = requests.request_violations(_method(difference[0]), path, params)
    assert complaints
    assert all(f"document: params.{difference[1]}" in complaint for complaint in complaints)


@pytest.mark.parametrize("operation", differences.OPERATIONS, ids=" ".join)
def test_the_document_alone_does_not_know_the_operation(operation: tuple[str, str], no_excuses: None) -> None:
    method, template = operation
    complaints = requests.request_violations(method, template.replace("{}", "x"), {})
    assert complaints == ["document: unknown operation"]


def test_with_the_list_the_same_is_accepted() -> None:
    for body in OBJECTS.values():
        assert object_violations(body) == []
    for (operation, _), (path, params) in REQUESTS.items():
        assert requests.request_violations(_method(operation), path, params) == []


def _method(operation: str) -> str:
    return "GET" if operation.startswith("Get") else "POST"
