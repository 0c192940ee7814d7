"""Trouble is told in the caller's language: JSON to machines, a page to people, a traceback to nobody."""

from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.main import create_app
from tests.support.databases import empty_sqlite
from tests.support.product import API_KEY, HandClock, product

KEY = {"Authorization": f"Bearer {API_KEY}"}


@pytest.fixture
def broken(tmp_path: Path) -> Flask:
    """An app with routes that break."""

    def breaks() -> NoReturn:
        raise RuntimeError("a secret detail")

    app = create_app(product(empty_sqlite(tmp_path), clock=HandClock()))
    app.add_url_rule("/v1/breaks", "machine", breaks)
    app.add_url_rule("/breaks", "person", breaks)
    return app


@pytest.fixture
def away(tmp_path: Path) -> FlaskClient:
    context = product(f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3", clock=HandClock())
    return create_app(context).test_client()


def test_a_machine_gets_json(broken: Flask) -> None:
    answered = broken.test_client().get("/v1/breaks")
    assert answered.status_code == 500
    assert answered.get_json() == {"error": {"type": "error", "message": "Something went wrong on our side."}}


def test_a_person_gets_a_page(broken: Flask) -> None:
    answered = broken.test_client().get("/breaks")
    assert answered.status_code == 500
    assert "It is our fault" in answered.text
    assert "secret detail" not in answered.text
    assert "script" not in answered.headers["Content-Security-Policy"]


def test_the_database_is_away(away: FlaskClient) -> None:
    answered = away.get("/v1/access/ann", headers=KEY)
    assert (answered.status_code, answered.get_json()["error"]["type"]) == (503, "unavailable")
    asked = away.post("/v1/account_sessions", headers=KEY, json={"uid": "ann", "return_url": "https://x.example"})
    assert asked.status_code == 503
    page = away.get("/account/enter/some-token")
    assert page.status_code == 503
    assert "Please try again in a minute" in page.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/webhooks/nothing", 404, "not_found"),
        ("POST", "/v1/access/ann", 405, "method_not_allowed"),
        ("GET", "/v1/account_sessions", 405, "method_not_allowed"),
    ],
)
def test_wrong_addresses_of_machines(broken: Flask, method: str, path: str, status: int, kind: str) -> None:
    answered = broken.test_client().open(path, method=method, headers=KEY)
    assert (answered.status_code, answered.get_json()["error"]["type"]) == (status, kind)
    assert (status == 405) == ("Allow" in answered.headers)


def test_a_wrong_address_of_a_person(broken: Flask) -> None:
    answered = broken.test_client().get("/nowhere")
    assert (answered.status_code, answered.mimetype) == (404, "text/html")
    assert "This page does not exist" in answered.text
