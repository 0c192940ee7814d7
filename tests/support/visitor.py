"""A customer with a browser: comes in by a link and presses buttons, each form with its own token."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.stage import Stage


def signed_in(stage: Stage, uid: str) -> FlaskClient:
    client = stage.browser()
    link = stage.link(uid)
    assert press(client, link, on=link).location == "/account"
    return client


def press(client: FlaskClient, path: str, *, on: str = "/account", **fields: str) -> TestResponse:
    """Load the page, then send the form."""
    return client.post(path, data={"csrf_token": token_on(client, on), **fields})


def token_on(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found, f"no form on {page}"
    return found[1]


def words_of(response: TestResponse) -> str:
    """What a person reads, on one line."""
    body = response.text.partition("<body")[2].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", "", body).split())
