"""Who may use the console: named in the settings, with a key and a cookie of their own, for eight hours."""

import re

import pytest

from tests.billing.claim_stage import ALICE, Claims
from tests.support.stage import Stage, stage
from tests.support.visitor import press, signed_in
from tests.web.claim_visitor import KEY, SIGN_IN, at_console, read

PAGES = (
    "/operator",
    "/operator/claims/x",
    "/operator/evidence/x",
    "/operator/users/x",
    "/operator/charges/x",
    "/operator/search?q=x",
)


def test_without_keys_it_is_off_and_says_so(acted: Stage) -> None:
    for page in (*PAGES, SIGN_IN):
        shown = acted.browser().get(page)
        assert shown.status_code == 404, page
        assert "The console is off" in shown.text


def test_a_customer_is_not_an_operator(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    for page in PAGES:
        turned_away = client.get(page)
        assert turned_away.status_code == 303, page
        assert turned_away.location.startswith(SIGN_IN)
    deeds = [
        r
        for r in claims.stage.app.url_map.iter_rules()
        if r.endpoint.startswith("operator.") and "POST" in (r.methods or ())
    ]
    assert len(deeds) == 6
    for rule in deeds:
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        path = re.sub(r"<\w+>", "x", path)
        refused = client.post(path)
        assert refused.status_code in (303, 400), path
        assert refused.status_code == 400 or refused.location.startswith(SIGN_IN)


def test_a_customers_cookie_is_worth_nothing_under_the_operators_name(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    cookie = client.get_cookie("paidthrough")
    assert cookie is not None
    client.set_cookie("paidthrough_operator", cookie.value, path="/operator")
    assert client.get("/operator").status_code == 303


@pytest.mark.parametrize("key", ["", " ", "olga", "olga:a-key-of-the-tests", "a-key-of-the-tests-", "Ä"])
def test_a_wrong_key_opens_nothing(claims: Claims, key: str) -> None:
    client = claims.stage.browser()
    refused = press(client, SIGN_IN, on=SIGN_IN, key=key)
    assert refused.status_code == 403
    assert "This is not an operator" in refused.text
    assert client.get("/operator").status_code == 303


def test_the_right_key_leads_where_one_was_going(claims: Claims) -> None:
    client = claims.stage.browser()
    sent = client.get("/operator/users/ann?x=1").location
    assert (
        press(client, SIGN_IN, on=sent, key=KEY, then="/operator/users/ann?x=1").location == "/operator/users/ann?x=1"
    )


@pytest.mark.parametrize(
    "then",
    ["https://evil.example/", "//evil.example", "/account", "/operatorx", "/operator/../account", "/operator\\evil"],
)
def test_it_leads_nowhere_else(claims: Claims, then: str) -> None:
    assert press(claims.stage.browser(), SIGN_IN, on=SIGN_IN, key=KEY, then=then).location == "/operator"


def test_its_cookie_stays_at_the_console(claims: Claims) -> None:
    client = claims.stage.browser()
    answer = press(client, SIGN_IN, on=SIGN_IN, key=KEY)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("paidthrough_operator=")
    assert "Path=/operator" in cookie
    assert "HttpOnly" in cookie
    assert KEY not in cookie
    assert client.get("/account").status_code == 401


def test_it_lasts_for_eight_hours(claims: Claims) -> None:
    client = at_console(claims.stage.browser())
    claims.wait(hours=7, minutes=59)
    assert "olga" in read(client, "/operator")
    claims.wait(minutes=1)
    assert client.get("/operator").status_code == 303


def test_signing_out_ends_it(claims: Claims) -> None:
    client = at_console(claims.stage.browser())
    press(client, "/operator/sign-out", on="/operator")
    assert client.get("/operator").status_code == 303


def test_a_copy_of_the_cookie_ends_with_signing_out(claims: Claims) -> None:
    client, thief = at_console(claims.stage.browser()), claims.stage.browser()
    another = at_console(claims.stage.browser())
    cookie = client.get_cookie("paidthrough_operator", path="/operator")
    assert cookie is not None
    thief.set_cookie("paidthrough_operator", cookie.value, path="/operator")
    assert thief.get("/operator").status_code == 200
    press(client, "/operator/sign-out", on="/operator")
    thief.set_cookie("paidthrough_operator", cookie.value, path="/operator")
    assert thief.get("/operator").status_code == 303
    assert another.get("/operator").status_code == 200


def test_a_key_that_is_taken_out_ends_its_sessions(database_url: str) -> None:
    with stage(database_url, operator_keys="olga:a-key-of-the-tests") as before:
        cookie = at_console(before.browser()).get_cookie("paidthrough_operator", path="/operator")
    assert cookie is not None
    for keys, status in (("olga:a-key-of-the-tests,omar:another-long-key-1", 200), ("olga:another-long-key-1", 303)):
        with stage(database_url, operator_keys=keys) as after:
            client = after.browser()
            client.set_cookie("paidthrough_operator", cookie.value, path="/operator")
            assert client.get("/operator").status_code == status
