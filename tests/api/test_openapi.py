"""The document describes every route that machines may use, as it really answers."""

import re
from typing import Any

import pytest

from app.policy.access import Reason
from tests.support.product import ask_access
from tests.support.stage import Stage


@pytest.fixture
def document(acted: Stage) -> dict[str, Any]:
    answered = acted.browser().get("/openapi.json")
    assert answered.status_code == 200
    found: dict[str, Any] = answered.get_json()
    return found


def test_every_route_is_in_it(acted: Stage, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in acted.app.url_map.iter_rules()
        if rule.rule.startswith(("/v1/", "/webhooks/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert routes == described
    assert len(routes) >= 5


def test_an_answer_is_as_described(acted: Stage, document: dict[str, Any]) -> None:
    acted.subscribe("ann")
    answer = ask_access(acted.browser(), "ann")
    schemas = document["components"]["schemas"]
    assert list(answer) == schemas["AccessAnswer"]["required"]
    assert list(answer["products"][0]) == schemas["ProductAnswer"]["required"]
    assert schemas["Reason"]["enum"] == [reason.value for reason in Reason]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named
    assert named <= set(document["components"]["schemas"])


def test_the_key_is_demanded_where_it_is_needed(document: dict[str, Any]) -> None:
    paths = document["paths"]
    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert paths["/v1/access/{uid}"]["get"]["security"] == [{"key": []}]
    assert paths["/v1/account_sessions"]["post"]["security"] == [{"key": []}]
    assert paths["/webhooks/stripe"]["post"]["security"] == []
