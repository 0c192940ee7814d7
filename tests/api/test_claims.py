"""`/v1/claims`: support files claims for customers and reads how they were answered."""

from base64 import b64encode
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.product import API_KEY
from tests.support.stage import Stage

KEY = {"Authorization": f"Bearer {API_KEY}"}
PNG = b"\x89PNG\r\n\x1a\n" + b"a screenshot"


def ask(acted: Stage, **body: Any) -> TestResponse:
    return acted.browser().post("/v1/claims", json=body, headers=KEY)


def claim(acted: Stage, **body: Any) -> TestResponse:
    """Ann's support claims that she does not like what she got."""
    given = {"uid": "ann", "reason": "disliked", "actor": "sue", "order_number": "1"}
    return ask(acted, **given | ({"order_number": charge(acted)} if acted.products else {}) | body)


def charge(acted: Stage) -> str:
    return str(acted.world.call("GET", "/v1/charges")["data"][-1]["id"])


def test_the_whole_answer(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    answered = claim(acted, reason="forgot_to_cancel", text="<b>Please</b>")
    assert (answered.status_code, answered.headers["Cache-Control"]) == (201, "no-store")
    answer = answered.get_json()
    decision = answer.pop("decision")
    assert answer.pop("decisions") == [decision]
    assert answer == {
        "id": answer["id"],
        "uid": "ann",
        "state": "declined",
        "reason": "forgot_to_cancel",
        "order_number": charge(acted),
        "charge": charge(acted),
        "text": "<b>Please</b>",
        "filed_by": "support",
        "actor": "sue",
        "filed_at": "2026-10-23T06:00:00Z",
        "contacted_at": None,
        "deadline": "2026-10-24T06:00:00Z",
        "complete_by": None,
        "can_cancel": subscription,
        "evidence": [],
        "refused_files": [],
    }
    assert {name: decision[name] for name in ("outcome", "clause", "reason", "missing", "decided_by", "answers")} == {
        "outcome": "declined",
        "clause": "3.3",
        "reason": "renewed",
        "missing": [],
        "decided_by": "policy",
        "answers": None,
    }
    assert (decision["facts"]["window"], decision["facts"]["standing"]) == ("in_time", "good")


def test_a_claim_is_read_as_it_was_filed(acted: Stage) -> None:
    acted.subscribe("ann")
    filed = claim(acted).get_json()
    read = acted.browser().get(f"/v1/claims/{filed['id']}", headers=KEY)
    assert (read.status_code, read.get_json()) == (200, filed)


def test_the_same_claim_again_is_the_same(acted: Stage) -> None:
    acted.subscribe("ann")
    answers = [claim(acted, reason="not_delivered") for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].get_json() == answers[1].get_json()


def test_evidence_comes_along(acted: Stage) -> None:
    acted.subscribe("ann")
    files = [
        {"name": "../a.png", "content": b64encode(PNG).decode()},
        {"name": "b", "content": b64encode(b"x").decode()},
    ]
    answer = claim(acted, reason="not_delivered", evidence=files).get_json()
    assert [(each["name"], each["content_type"], each["size"]) for each in answer["evidence"]] == [
        ("a.png", "image/png", len(PNG))
    ]
    assert [(each["name"], each["why"]) for each in answer["refused_files"]] == [("b", "not_a_picture_or_pdf")]
    assert answer["state"] == "referred"


def test_a_file_of_5_mb_comes_along(acted: Stage) -> None:
    acted.subscribe("ann")
    whole = b64encode(PNG.ljust(5 * 1024 * 1024, b".")).decode()
    answer = claim(acted, reason="not_delivered", evidence=[{"name": "a.png", "content": whole}])
    assert answer.get_json()["evidence"][0]["size"] == 5 * 1024 * 1024


def test_30_mb_are_too_large(acted: Stage) -> None:
    whole = b64encode(bytes(30 * 1024 * 1024)).decode()
    answer = claim(acted, evidence=[{"name": "a.png", "content": whole}])
    assert (answer.status_code, answer.get_json()["error"]["type"]) == (413, "too_large")


def test_somebody_elses_charge_is_unknown(acted: Stage) -> None:
    acted.subscribe("ann")
    stolen = claim(acted, uid="mallory").get_json()
    guessed = claim(acted, uid="mallory", order_number="ch_of_nobody").get_json()
    for answer in (stolen, guessed):
        for own in ("id", "order_number"):
            del answer[own]
        for each in (answer["decision"], *answer["decisions"]):
            del each["id"]
    assert stolen == guessed
    assert (stolen["state"], stolen["charge"], stolen["deadline"]) == ("needs_information", None, None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"uid": ""}, "uid:"),
        ({"uid": None}, "uid:"),
        ({"uid": "a\0b"}, "uid:"),
        ({"actor": ""}, "actor:"),
        ({"reason": "give me money"}, "reason:"),
        ({"order_number": "x" * 201}, "order_number:"),
        ({"text": "x" * 5001}, "text:"),
        ({"contacted_at": "2026-10-23T05:00:00"}, "contacted_at:"),
        ({"contacted_at": "2026-10-23T06:00:01Z"}, "contacted_at:"),
        ({"evidence": [{"name": "a", "content": "%%%"}]}, "evidence.0.content:"),
        ({"evidence": [{"name": "a", "content": ""}] * 6}, "evidence:"),
        ({"amount": 100}, "amount:"),
    ],
)
def test_what_does_not_fit_is_named(acted: Stage, wrong: dict[str, Any], told: str) -> None:
    answered = claim(acted, **wrong)
    assert answered.status_code == 400
    assert answered.get_json()["error"]["message"].startswith(told)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"uid": "a", "uid'])
def test_what_is_no_claim(acted: Stage, body: bytes) -> None:
    answered = acted.browser().post("/v1/claims", data=body, headers=KEY)
    assert (answered.status_code, answered.get_json()["error"]["type"]) == (400, "invalid_request")


@pytest.mark.parametrize("name", ["claim_0", "a%00b", "..%2F..", "%FF", "'%20OR%201=1"])
def test_an_unknown_claim(acted: Stage, name: str) -> None:
    answered = acted.browser().get(f"/v1/claims/{name}", headers=KEY)
    assert (answered.status_code, answered.get_json()["error"]["type"]) == (404, "not_found")


@pytest.mark.parametrize("key", [{}, {"Authorization": "Bearer wrong"}])
def test_nobody_without_a_key(acted: Stage, key: dict[str, str]) -> None:
    acted.subscribe("ann")
    name = claim(acted).get_json()["id"]
    assert acted.browser().get(f"/v1/claims/{name}", headers=key).status_code == 401
    assert acted.browser().post("/v1/claims", json={}, headers=key).status_code == 401


def test_the_answer_is_as_described(acted: Stage) -> None:
    acted.subscribe("ann")
    files = [{"name": "a.png", "content": b64encode(PNG).decode()}]
    answer = claim(acted, reason="not_delivered", evidence=files).get_json()
    schemas = acted.browser().get("/openapi.json").get_json()["components"]["schemas"]
    assert set(answer) == set(schemas["ClaimAnswer"]["required"])
    assert set(answer["decision"]) == set(schemas["DecisionAnswer"]["required"])
    assert set(answer["evidence"][0]) == set(schemas["EvidenceAnswer"]["required"])
