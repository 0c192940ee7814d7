"""A customer's way through their account page in a real Chromium, with JavaScript switched off."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.support.product import ask_access
from tests.support.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = 360


def come_in(page: Page, live: Stage, uid: str = "ann") -> None:
    page.goto(live.link(uid))
    page.get_by_role("button", name="Continue").click()


def test_cancel_and_resume(live: Stage, open_page: OpenPage) -> None:
    live.subscribe("ann", live.price("Studio Pro"))
    live.advance(days=1)
    page = open_page()
    come_in(page, live)
    expect(page).to_have_title("Your subscriptions")
    card = page.get_by_role("region", name="Studio Pro")
    expect(card).to_contain_text("Renews on 23 November 2026, 06:00 UTC.")

    card.get_by_role("link", name="Cancel subscription").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancel Studio Pro?")
    expect(page.get_by_role("list").last).to_contain_text("You keep access until 23 November 2026, 06:00 UTC.")
    page.get_by_label("What could we have done better?").fill("Less pages.")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_role("status")).to_contain_text("Studio Pro is canceled.")
    expect(card).to_contain_text("Access until 23 November 2026, 06:00 UTC. It does not renew.")
    assert ask_access(live.browser(), "ann")["reason"] == "ending"

    live.advance(minutes=5)
    card.get_by_role("button", name="Resume subscription").click()
    expect(page.get_by_role("status")).to_contain_text("Studio Pro goes on.")
    expect(card).to_contain_text("Renews on")
    assert ask_access(live.browser(), "ann")["reason"] == "active"


def test_keep_after_all(live: Stage, open_page: OpenPage) -> None:
    live.subscribe("ann")
    page = open_page()
    come_in(page, live)
    page.get_by_role("link", name="Cancel subscription").click()
    page.get_by_role("link", name="Keep subscription").click()
    expect(page.get_by_text("Renews on")).to_be_visible()
    assert not [request for request in live.world.requests if request.method == "POST"]


def test_sign_out_then_back(live: Stage, open_page: OpenPage) -> None:
    live.subscribe("ann", live.price("Studio Pro"))
    page = open_page()
    come_in(page, live)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(page.get_by_role("main").get_by_role("link", name="Back to studio.example")).to_be_visible()


def test_the_keyboard_is_enough(live: Stage, open_page: OpenPage) -> None:
    live.subscribe("ann")
    live.advance(days=1)
    page = open_page(live.link("ann"))
    _tab_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Your subscriptions")
    _tab_to(page, "Cancel subscription")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Cancel Studio?")
    _tab_to(page, "Cancel subscription")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("is canceled")


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_all_of_it(live: Stage, open_page: OpenPage, dark: bool) -> None:
    named = "Extraordinarily-long-product-name-without-any-space-to-break-it"
    live.subscribe("ann", live.price(named, 123456789), live.price("Seats"))
    live.advance(days=1)
    page = open_page(width=PHONE, javascript=True, dark=dark)
    page.goto(live.link("ann"))
    _fits(page, title="Continue to your account")
    page.get_by_role("button", name="Continue").click()
    _fits(page, title="Your subscriptions")
    page.get_by_role("link", name="Cancel subscription").click()
    _fits(page, title=f"Cancel {named} + Seats?")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_role("status")).to_contain_text("is canceled")
    _fits(page, title="Your subscriptions")


def test_nothing_is_refused_by_our_own_policy(live: Stage, open_page: OpenPage) -> None:
    live.subscribe("ann")
    page = open_page(javascript=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)
    come_in(page, live)
    page.get_by_role("link", name="Cancel subscription").click()
    expect(page).to_have_title("Cancel Studio?")
    expect(page.locator(".card")).to_have_css("border-radius", "14px")
    assert complaints == []


def _fits(page: Page, *, title: str) -> None:
    expect(page).to_have_title(title)
    page.wait_for_load_state()
    wide = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(wide) <= PHONE
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44  # a thumb


def _tab_to(page: Page, words: str) -> None:
    """Move the focus to a control, which must show that it has it."""
    for _ in range(12):
        page.keyboard.press("Tab")
        focused = page.locator(":focus-visible")
        if focused.count() and words in focused.inner_text():
            assert focused.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")
