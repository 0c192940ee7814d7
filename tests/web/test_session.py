"""Being signed in: for hours, not for ever, and only with an untouched cookie."""

import pytest
from flask.testing import FlaskClient

from tests.support.stage import HOST, Stage, stage
from tests.support.visitor import press, signed_in, words_of

PAGES = ["/account", "/account/subscriptions/sub_1/cancel"]
DEEDS = ["/account/subscriptions/sub_1/cancel", "/account/subscriptions/sub_1/resume"]


@pytest.mark.parametrize("path", PAGES)
def test_an_outsider_sees_nothing(acted: Stage, path: str) -> None:
    refused = acted.browser().get(path)
    assert refused.status_code == 401
    assert "You are not signed in" in words_of(refused)


@pytest.mark.parametrize("path", DEEDS)
def test_an_outsider_does_nothing(acted: Stage, path: str) -> None:
    client, link = acted.browser(), acted.link("ann")
    assert press(client, path, on=link).status_code == 401


def test_it_ends_after_hours_and_says_how_to_come_back(acted: Stage) -> None:
    client = signed_in(acted, "ann")
    acted.advance(hours=3, minutes=59)
    assert client.get("/account").status_code == 200
    acted.advance(minutes=1)
    over = client.get("/account")
    assert over.status_code == 401
    assert "Open the account settings of the app where you subscribed" in words_of(over)
    assert f'href="{HOST}"' in over.text


def test_a_changed_cookie_is_none(acted: Stage) -> None:
    client = signed_in(acted, "ann")
    cookie = client.get_cookie("paidthrough")
    assert cookie is not None
    payload, _, rest = cookie.value.partition(".") if not cookie.value.startswith(".") else ("", "", cookie.value)
    client.set_cookie("paidthrough", f"{payload}x.{rest}")
    assert client.get("/account").status_code == 401


def test_signing_out(acted: Stage) -> None:
    client = signed_in(acted, "ann")
    assert press(client, "/account/sign-out").location == "/account/signed-out"
    page = client.get("/account/signed-out")
    assert "You are signed out" in words_of(page)
    assert f'href="{HOST}"' in page.text
    assert client.get("/account").status_code == 401


def test_a_copy_of_the_cookie_ends_with_signing_out(acted: Stage) -> None:
    client, thief = signed_in(acted, "ann"), acted.browser()
    cookie = client.get_cookie("paidthrough")
    assert cookie is not None
    thief.set_cookie("paidthrough", cookie.value)
    assert thief.get("/account").status_code == 200
    press(client, "/account/sign-out")
    thief.set_cookie("paidthrough", cookie.value)
    assert thief.get("/account").status_code == 401


def test_signing_out_leaves_another_browser_alone(acted: Stage) -> None:
    one, other = signed_in(acted, "ann"), signed_in(acted, "ann")
    press(one, "/account/sign-out")
    assert other.get("/account").status_code == 200


@pytest.mark.parametrize(("public_url", "secure"), [("https://pay.example", True), ("http://127.0.0.1:8000", False)])
def test_flags_of_the_cookie(database_url: str, public_url: str, secure: bool) -> None:
    with stage(database_url, public_url=public_url) as acted:
        client, link = acted.browser(), acted.link("ann")
        came = client.get(link, base_url=public_url)
        flags = came.headers["Set-Cookie"]
        assert "HttpOnly" in flags
        assert "SameSite=Lax" in flags
        assert ("Secure" in flags) is secure
        assert ("Strict-Transport-Security" in came.headers) is secure


def test_headers_of_a_page(acted: Stage) -> None:
    for path in ("/account", "/nowhere", acted.link("ann"), "/static/nothing.css"):
        _is_hardened(acted.browser(), path)


def test_the_stylesheet_may_be_kept(acted: Stage) -> None:
    with acted.browser().get("/static/style.css") as answered:
        assert (answered.status_code, answered.mimetype) == (200, "text/css")
        assert "immutable" in answered.headers["Cache-Control"]


def _is_hardened(client: FlaskClient, path: str) -> None:
    answered = client.get(path)
    policy = answered.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answered.headers["X-Content-Type-Options"] == "nosniff"
    assert answered.headers["Referrer-Policy"] == "same-origin"
    assert answered.headers["Cache-Control"] == "no-store"
    assert "<script" not in answered.text
    assert " style=" not in answered.text
