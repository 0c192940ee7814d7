"""`POST /v1/account_sessions`: the one-time link that the host asks for."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.billing.account_link import fingerprint
from app.db.account_session import session_by_hash
from tests.support.product import API_KEY
from tests.support.stage import HOST, Stage

GOOD = {"uid": "ann", "return_url": HOST}


def test_a_link_and_when_it_ends(acted: Stage) -> None:
    made = ask(acted, GOOD)
    body = made.get_json()
    assert made.status_code == 201
    assert set(body) == {"url", "expires_at"}
    assert body["url"].startswith("http://127.0.0.1:8000/account/enter/")
    assert body["expires_at"] == "2026-10-23T06:15:00Z"
    assert made.headers["Cache-Control"] == "no-store"


def test_links_differ_and_cannot_be_guessed(acted: Stage) -> None:
    tokens = {ask(acted, GOOD).get_json()["url"].rpartition("/")[2] for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)  # 32 random bytes


def test_only_the_hash_is_stored(acted: Stage) -> None:
    token = ask(acted, GOOD).get_json()["url"].rpartition("/")[2]
    with acted.context.db.read() as tx:
        row = session_by_hash(tx, fingerprint(token))
        assert row is not None
        assert row.uid == "ann"
        assert token not in repr(tx.exec_driver_sql("SELECT * FROM account_session").all())


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", "body"),
        (b"not json", "body"),
        (b"[]", "body"),
        (b"\xff", "body"),
        ({}, "uid"),
        ({**GOOD, "uid": ""}, "uid"),
        ({**GOOD, "uid": 7}, "uid"),
        ({**GOOD, "uid": "a\0b"}, "uid"),
        ({**GOOD, "uid": "x" * 501}, "uid"),
        ({"uid": "ann"}, "return_url"),
        ({**GOOD, "return_url": "javascript:alert(1)"}, "return_url"),
        ({**GOOD, "return_url": "//studio.example"}, "return_url"),
        ({**GOOD, "return_url": "https://"}, "return_url"),
        ({**GOOD, "return_url": "https://[::1"}, "return_url"),
        ({**GOOD, "return_url": "https://studio.example/\r\nX: y"}, "return_url"),
        ({**GOOD, "admin": True}, "admin"),
    ],
)
def test_bad_input_is_named(acted: Stage, body: Any, names: str) -> None:
    refused = ask(acted, body)
    error = refused.get_json()["error"]
    assert (refused.status_code, error["type"]) == (400, "invalid_request")
    assert error["message"].startswith(f"{names}: ") or (names == "body" and "JSON" in error["message"])


def test_a_body_that_is_too_large(acted: Stage) -> None:
    refused = ask(acted, b"x" * (1024 * 1024 + 1))
    assert (refused.status_code, refused.get_json()["error"]["type"]) == (413, "too_large")


def ask(acted: Stage, body: Any) -> TestResponse:
    content: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
    return acted.browser().post("/v1/account_sessions", headers={"Authorization": f"Bearer {API_KEY}"}, **content)
