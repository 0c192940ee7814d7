"""What Stripe refuses before it looks at any object: parameters, keys, versions, pages."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.attempts import Refused, create, post, sub_id, update
from tests.sandbox.stage import Stage

REFUSED = {
    "unknown parameter": Refused(
        update(colour="red"), "Received unknown parameter: colour", code="parameter_unknown", param="colour"
    ),
    "unknown nested parameter": Refused(
        create(billing_mode={"type": "classic", "shade": "x"}),
        "unknown",
        code="parameter_unknown",
        param="billing_mode[shade]",
    ),
    "missing parameter": Refused(create(customer=""), "empty string", code="parameter_invalid_empty", param="customer"),
    "missing items": Refused(
        lambda s: post(s, "/v1/subscriptions", customer=s.customer()),
        "Missing required",
        code="parameter_missing",
        param="items",
    ),
    "wrong enum": Refused(update(proration_behavior="sometimes"), "must be one of", param="proration_behavior"),
    "wrong boolean": Refused(update(cancel_at_period_end="maybe"), "Invalid boolean", param="cancel_at_period_end"),
    "wrong integer": Refused(
        create(trial_period_days="many"), "Invalid integer", code="parameter_invalid_integer", param="trial_period_days"
    ),
    "wrong array": Refused(create(items="price_1"), "Invalid array", param="items"),
    "unknown subscription": Refused(
        lambda s: s.stripe.v1.subscriptions.retrieve("sub_nobody"),
        "No such subscription",
        code="resource_missing",
        param="id",
        status=404,
    ),
    "unknown customer in a parameter": Refused(
        create(customer="cus_nobody"), "No such customer", code="resource_missing", param="customer"
    ),
    "unknown price": Refused(
        create(items=[{"price": "price_no"}]), "No such price", code="resource_missing", param="items[0][price]"
    ),
    "unknown route": Refused(lambda s: post(s, "/v1/subscriptionz"), "Unrecognized request URL", status=404),
    "not imitated, openly": Refused(
        update(application_fee_percent=3), "sandbox", code="sandbox_not_imitated", param="application_fee_percent"
    ),
    "an unknown event type": Refused(
        lambda s: post(s, "/v1/webhook_endpoints", url="http://127.0.0.1", enabled_events=["invoice.eaten"]),
        "not an event type",
        param="enabled_events[0]",
    ),
    "an address that is none": Refused(
        lambda s: post(s, "/v1/webhook_endpoints", url="example", enabled_events=["*"]),
        "URL",
        code="url_invalid",
        param="url",
    ),
    "a limit too high": Refused(lambda s: s.stripe.v1.events.list({"limit": 101}), "between 1 and 100", param="limit"),
    "both cursors": Refused(
        lambda s: s.stripe.v1.events.list({"starting_after": "evt_1", "ending_before": "evt_2"}), "only specify"
    ),
    "an unknown cursor": Refused(
        lambda s: s.stripe.v1.events.list({"starting_after": "evt_1"}),
        "No such",
        code="resource_missing",
        param="starting_after",
    ),
    "type and types": Refused(lambda s: s.stripe.v1.events.list({"type": "a.b", "types": ["a.b"]}), "only specify one"),
    "more than twenty types": Refused(lambda s: s.stripe.v1.events.list({"types": ["a.b"] * 21}), "20", param="types"),
    "expanding what cannot be": Refused(
        lambda s: s.stripe.v1.subscriptions.retrieve(sub_id(s), {"expand": ["status"]}), "expanded", param="expand[0]"
    ),
    "expanding too deep": Refused(
        lambda s: s.stripe.v1.subscriptions.retrieve(
            sub_id(s), {"expand": ["latest_invoice.payments.data.payment.payment_intent.latest_charge"]}
        ),
        "4 levels",
        param="expand",
    ),
    "metadata too long": Refused(update(metadata={"note": "x" * 501}), "500", param="metadata[note]"),
    "a lookup key twice": Refused(
        lambda s: [
            post(s, "/v1/prices", product=s.product, currency="usd", unit_amount=1, lookup_key="pro") for _ in range(2)
        ],
        "already uses",
        param="lookup_key",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_stripe_refuses(stage: Stage, name: str) -> None:
    REFUSED[name].happens_on(stage)


@pytest.mark.parametrize(
    "key", ["", "pk_test_1", "sk_live_1", "nonsense"], ids=["none", "publishable", "other mode", "nonsense"]
)
def test_a_wrong_key_is_401(stage: Stage, key: str) -> None:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    assert stage.world.request("GET", "/v1/customers", headers=headers).status == 401


def test_a_key_in_basic_auth_is_taken(stage: Stage) -> None:
    headers = {"Authorization": "Basic c2tfdGVzdF8xOg=="}
    assert stage.world.request("GET", "/v1/customers", headers=headers).status == 200


def test_another_api_version_is_refused(stage: Stage) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        stage.stripe.v1.customers.list({}, {"stripe_version": "2024-06-20"})


def test_malformed_bodies_are_answered(stage: Stage) -> None:
    headers = {"authorization": "Bearer sk_test_1"}
    for body in (b"\xff\xfe=1", b"a[b=1", b"a=1&a[b]=2", b"[x]=1"):
        assert stage.world.request("POST", "/v1/customers", body=body, headers=headers).status == 400
