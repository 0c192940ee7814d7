"""The sandbox takes no operation, parameter or value that Stripe would refuse."""

from __future__ import annotations

import pytest

from app.sandbox.world import SandboxRefusal, World
from tests.references.requests import request_violations
from tests.sandbox_conformance.accepted import Sample, endpoints, samples

ENDPOINTS = [(method, path) for method, path, _ in endpoints()]
SAMPLES = list(samples())
REFERENCES = ("package", "document")
#: (path, parameter) whose values only the endpoint itself can check.
CHECKED_LATER = [("/v1/webhook_endpoints", "enabled_events"), ("/v1/webhook_endpoints/x", "enabled_events")]


def test_there_is_something_to_judge() -> None:
    assert len(ENDPOINTS) > 50
    assert len(SAMPLES) > 500
    assert any(sample.parameter == "proration_behavior" and sample.value == "none" for sample in SAMPLES)
    assert {"duplicate", "fraudulent", "requested_by_customer"} <= _values("/v1/refunds", "reason")
    assert {"duplicate", "product_unsatisfactory"} <= _values("/v1/credit_notes", "reason")
    assert any(sample.value == {"end_behavior": {"missing_payment_method": "pause"}} for sample in SAMPLES)


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_endpoint_is_stripes(method: str, path: str) -> None:
    assert not [complaint for complaint in request_violations(method, path, {}) if "unknown" in complaint]


def test_every_name_and_value_is_stripes() -> None:
    """A sample holds one parameter, so what else the operation wants doesn't count."""
    assert {str(sample): found for sample in SAMPLES if (found := _complaints(sample))} == {}


@pytest.mark.parametrize(("path", "parameter"), CHECKED_LATER)
def test_what_a_table_lets_through_the_endpoint_refuses(path: str, parameter: str) -> None:
    world = World(start=1793880000)
    made = world.call("POST", "/v1/webhook_endpoints", url="http://127.0.0.1/", enabled_events=["*"])
    params = {"url": "http://127.0.0.1/", parameter: ["x"]}
    with pytest.raises(SandboxRefusal):
        world.call("POST", path.replace("/x", f"/{made['id']}"), **params)


def _values(path: str, parameter: str) -> set[object]:
    return {it.value for it in SAMPLES if (it.path, it.parameter) == (path, parameter) and it.is_taken}


def _complaints(sample: Sample) -> list[str]:
    if (sample.path, sample.parameter) in CHECKED_LATER:
        return []
    found = request_violations(sample.method, sample.path, {sample.parameter: sample.value})
    if not sample.is_taken:
        return found if sum("unknown field" in complaint for complaint in found) == len(REFERENCES) else []
    return [complaint for complaint in found if not complaint.endswith(": missing")]
