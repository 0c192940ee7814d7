"""Hundreds of refused files with long names in one form: what is said of them must fit into a cookie."""

from io import BytesIO

from flask.testing import FlaskClient

from app.web.flashes import MOST_NAMED
from tests.billing.claim_stage import ALICE, Claims
from tests.support.visitor import press, signed_in
from tests.web.claim_visitor import NEW, Sent, filed, picture, read, send_files

LARGEST_COOKIE = 4096 - 100  # of which a browser takes the flags off
HANDS = "".join(chr(0x1F400 + number) for number in range(110))


def hopeless(count: int) -> Sent:
    return [(BytesIO(b"no picture"), f"{number} {HANDS}.png") for number in range(count)]


def test_many_refused_files_are_told_of_in_few_words(claims_at_the_console: Claims) -> None:
    claims, client = claims_at_the_console, signed_in(claims_at_the_console.stage, ALICE)
    page = filed(client, claims.pay(), "not_delivered", hopeless(300))
    assert _largest(client) < LARGEST_COOKIE
    shown = read(client, page)
    assert shown.count("was not added") == MOST_NAMED
    assert f"{300 - MOST_NAMED} other files were not added either" in shown
    assert "not added" not in read(client, page)


def test_what_nobody_looks_at_does_not_pile_up(claims_at_the_console: Claims) -> None:
    claims, client = claims_at_the_console, signed_in(claims_at_the_console.stage, ALICE)
    page = filed(client, claims.pay(), "not_delivered", picture())
    for _ in range(6):
        send_files(client, NEW, f"{page}/details", hopeless(4), text="look")
        assert _largest(client) < LARGEST_COOKIE
    press(client, "/account/sign-out")
    assert "You are signed out" in read(client, "/account/signed-out")


def _largest(client: FlaskClient) -> int:
    cookie = client.get_cookie("paidthrough")
    assert cookie is not None
    return len(cookie.value)
