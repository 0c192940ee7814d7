"""The one-time link: a button uses it, once, in time, and nothing else does."""

import pytest

from app.billing.account_link import look_at_link
from tests.support.stage import HOST, Stage
from tests.support.visitor import press, signed_in, token_on, words_of

MINUTES = 15


def test_opening_the_link_does_not_use_it(acted: Stage) -> None:
    link = acted.link("ann")
    for method in ("GET", "HEAD", "GET"):
        assert acted.browser().open(link, method=method).status_code == 200
    client = acted.browser()
    assert press(client, link, on=link).location == "/account"
    assert client.get("/account").status_code == 200


def test_the_page_behind_the_link_says_nothing_of_the_customer(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("Secret plan"))
    page = acted.browser().get(acted.link("ann"))
    assert "Continue" in words_of(page)
    assert "ann" not in words_of(page)
    assert "Secret plan" not in page.text


def test_a_used_link_opens_nothing_for_another(acted: Stage) -> None:
    link = acted.link("ann")
    outsider = acted.browser()
    token = token_on(outsider, link)
    owner = acted.browser()
    press(owner, link, on=link)
    assert outsider.post(link, data={"csrf_token": token}).status_code == 410
    again = outsider.get(link)
    assert again.status_code == 410
    assert "no longer works" in words_of(again)
    assert f'href="{HOST}"' in again.text  # the way to a new one
    assert outsider.get("/account").status_code == 401


def test_a_second_click_of_the_owner_goes_on(acted: Stage) -> None:
    link = acted.link("ann")
    owner = acted.browser()
    press(owner, link, on=link)
    assert owner.get(link).location == "/account"
    assert press(owner, link).location == "/account"


def test_an_old_link_of_another_user_does_not_open_mine(acted: Stage) -> None:
    theirs = acted.link("bob")
    bob = acted.browser()
    press(bob, theirs, on=theirs)
    ann = signed_in(acted, "ann")
    assert ann.get(theirs).status_code == 410


@pytest.mark.parametrize(("minutes", "works"), [(MINUTES - 0.02, True), (MINUTES, False), (MINUTES + 1, False)])
def test_a_link_lasts_for_minutes(acted: Stage, minutes: float, works: bool) -> None:
    link, client = acted.link("ann"), acted.browser()
    token = token_on(client, link)
    acted.advance(minutes=minutes)
    assert client.get(link).status_code == (200 if works else 410)
    assert client.post(link, data={"csrf_token": token}).status_code == (303 if works else 410)
    assert client.get("/account").status_code == (200 if works else 401)


@pytest.mark.parametrize("change", ["{0}x", "x{0}", "{0}/", "", "%00", "%FF", "{1}"])
def test_a_link_that_was_tampered_with(acted: Stage, change: str) -> None:
    token = acted.link("ann").rpartition("/")[2]
    path = f"/account/enter/{change.format(token, token.swapcase())}"
    assert acted.browser().get(path).status_code in (404, 410)


def test_using_a_link_is_noted_once(acted: Stage) -> None:
    link = acted.link("ann")
    token = link.rpartition("/")[2]
    press(acted.browser(), link, on=link)
    spent = look_at_link(acted.context, token)
    assert spent is not None
    assert not spent.usable


def test_coming_in_as_another_leaves_nothing_of_the_first(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("Plan of Ann"))
    acted.subscribe("bob", acted.price("Plan of Bob"))
    client = signed_in(acted, "ann")
    link = acted.link("bob", "https://other.example/")
    press(client, link, on=link)
    page = words_of(client.get("/account"))
    assert "Plan of Bob" in page
    assert "Plan of Ann" not in page
    assert "Back to other.example" in page
