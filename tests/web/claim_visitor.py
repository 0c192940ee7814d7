"""A customer who fills in the form about a charge, and operators at the console."""

import re
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.billing.claim_stage import PNG
from tests.support.visitor import press, token_on

NEW = "/account/claims/new"
SIGN_IN = "/operator/sign-in"
OLGA = "olga:a-key-of-the-tests"
KEY = "a-key-of-the-tests"
Sent = list[tuple[BytesIO, str]]


def file_form(client: FlaskClient, charge: str, reason: str, files: Sent | None = None, **more: str) -> TestResponse:
    return send_files(client, NEW, NEW, files or [], charge=charge, reason=reason, **more)


def send_files(client: FlaskClient, page: str, path: str, files: Sent, **fields: str) -> TestResponse:
    """The form of a page, sent as a browser sends files."""
    sent = [FileStorage(content, name) for content, name in files]
    data: dict[str, Any] = {"csrf_token": token_on(client, page), **fields, "evidence": sent}
    boundary, body = encode_multipart(data)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def filed(client: FlaskClient, charge: str, reason: str, files: Sent | None = None, **more: str) -> str:
    """The page of the claim that came of it."""
    answer = file_form(client, charge, reason, files, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def picture(content: bytes = PNG, name: str = "error.png") -> Sent:
    return [(BytesIO(content), name)]


def read(client: FlaskClient, path: str) -> str:
    """What a person reads there."""
    body = client.get(path).text.partition("<body")[2].partition(">")[2]
    spaced = re.sub(r"</(dt|dd|th|td|p|li|h1|h2|span)>", " ", body)
    return " ".join(re.sub(r"<[^>]+>", "", spaced).split()).replace(" ,", ",").replace(" .", ".")


def evidence_on(client: FlaskClient, page: str) -> str:
    """The path of the first file that the page lists."""
    found = re.search(r'href="((?:/account|/operator)/evidence/[^"]+)"', client.get(page).text)
    assert found, f"no file on {page}"
    return found[1]


def at_console(client: FlaskClient, key: str = KEY) -> FlaskClient:
    assert press(client, SIGN_IN, on=SIGN_IN, key=key).location == "/operator"
    return client


def do(client: FlaskClient, claim: str, verb: str, *, on: str = "", **fields: str) -> TestResponse:
    """Press a button of the claim's page as it is now."""
    page = f"/operator/claims/{claim}"
    version = re.search(r'name="version" value="(\d+)"', client.get(page).text)
    given = {"version": version[1] if version else "0", "why": "because", **fields}
    return press(client, f"{page}/{verb}", on=on or page, **given)
