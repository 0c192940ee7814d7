"""The judge of requests passes what Stripe takes and names what it would refuse."""

from __future__ import annotations

import pytest

from tests.references.forms import decoded
from tests.references.requests import request_violations, sent_violations

SUBSCRIPTION = "/v1/subscriptions/sub_1"
RIGHT = [
    ("POST", SUBSCRIPTION, "cancel_at_period_end=true&proration_behavior=none&metadata[why]=too+dear"),
    ("POST", SUBSCRIPTION, "cancel_at="),
    ("POST", SUBSCRIPTION, "cancel_at=1796472000"),
    ("POST", SUBSCRIPTION, "cancel_at=min_period_end"),
    ("POST", SUBSCRIPTION, "items[0][id]=si_1&items[0][quantity]=2"),
    ("DELETE", SUBSCRIPTION, "prorate=false&invoice_now=false&cancellation_details[comment]=bye"),
    ("GET", SUBSCRIPTION, "expand[0]=latest_invoice"),
    ("GET", "/v1/subscriptions", "status=all&limit=100&starting_after=sub_1&created[gte]=1793880000"),
    ("GET", "/v1/invoice_payments", "payment[type]=payment_intent&payment[payment_intent]=pi_1"),
    ("GET", "/v1/events", "types[]=invoice.paid&types[]=invoice.created&delivery_success=false"),
    ("POST", "/v1/refunds", "charge=ch_1&amount=2000&reason=duplicate&metadata[claim]=7"),
    ("POST", SUBSCRIPTION + "/pause", "invoicing_behavior=invoice"),
]


@pytest.mark.parametrize(("method", "path", "form"), RIGHT, ids=[f"{m} {p}?{f}" for m, p, f in RIGHT])
def test_right_requests_pass(method: str, path: str, form: str) -> None:
    assert request_violations(method, path, decoded(form)) == []


WRONG = [
    ("POST", SUBSCRIPTION, "cancel_at_period_nd=true", "params.cancel_at_period_nd: unknown field"),
    ("POST", SUBSCRIPTION, "cancel_at_period_end=yes", "params.cancel_at_period_end: str instead of bool"),
    ("POST", SUBSCRIPTION, "proration_behavior=never", "params.proration_behavior: 'never' is not one of"),
    ("POST", SUBSCRIPTION, "cancel_at=tomorrow", "params.cancel_at: 'tomorrow' is not one of"),
    ("POST", SUBSCRIPTION, "items[0][quantity]=many", "params.items[0].quantity: str instead of int"),
    ("POST", SUBSCRIPTION, "items[id]=si_1", "params.items: dict instead of list"),
    ("POST", SUBSCRIPTION, "cancellation_details[mood]=x", "params.cancellation_details.mood: unknown field"),
    ("DELETE", SUBSCRIPTION, "proration_behavior=none", "params.proration_behavior: unknown field"),
    ("POST", "/v1/refunds", "charge=ch_1&reason=regret", "params.reason: 'regret' is not one of"),
    ("POST", "/v1/payment_intents", "amount=1", "params.currency: missing"),
    ("GET", "/v1/charges", "invoice=in_1", "params.invoice: unknown field"),
    ("GET", "/v1/subscriptions/search", "", "params.query: missing"),
    ("GET", "/v1/unicorns", "", "unknown operation"),
    ("PUT", SUBSCRIPTION, "", "unknown operation"),
]


@pytest.mark.parametrize(("method", "path", "form", "complaint"), WRONG)
def test_both_references_refuse(method: str, path: str, form: str, complaint: str) -> None:
    package, document = request_violations(method, path, decoded(form))
    assert package.startswith(f"package: {complaint}")
    assert document.startswith(f"document: {complaint}")


def test_what_left_with_our_release_is_refused_by_the_package_alone() -> None:
    form = decoded("amount=1&currency=usd&payment_method_types[0]=card")
    assert request_violations("POST", "/v1/payment_intents", form) == [
        "package: params.payment_method_types: unknown field"
    ]
    anchored = request_violations("POST", SUBSCRIPTION, {"billing_cycle_anchor": "now"})
    assert [complaint.split(":")[0] for complaint in anchored] == ["package"]


def test_values_may_come_as_they_were_before_they_were_encoded() -> None:
    assert request_violations("POST", SUBSCRIPTION, {"cancel_at": 1796472000, "off_session": True}) == []
    assert request_violations("POST", SUBSCRIPTION, {"off_session": 1}) != []


def test_a_request_is_read_where_it_carries_its_parameters() -> None:
    base = "https://api.stripe.com"
    assert sent_violations("POST", base + SUBSCRIPTION, "cancel_at_period_end=true") == []
    assert len(sent_violations("POST", base + SUBSCRIPTION, b"cancel_at_period_nd=true")) == 2
    assert len(sent_violations("DELETE", f"{base}{SUBSCRIPTION}?prorate=maybe", None)) == 2


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("", {}),
        ("a=&b=x%20y", {"a": "", "b": "x y"}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        ("a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
    ],
)
def test_forms_are_read_as_stripe_reads_them(form: str, expected: object) -> None:
    assert decoded(form) == expected


def test_a_name_cannot_be_a_value_and_a_group() -> None:
    with pytest.raises(TypeError, match="both a value and a group"):
        decoded("a=1&a[b]=2")
