"""A claim from the account page to the console in a real Chromium, on a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.billing.claim_stage import ALICE, PNG, Claims
from tests.browser.conftest import OpenPage
from tests.support.databases import empty_sqlite
from tests.support.stage import Stage, stage
from tests.web.claim_visitor import KEY, OLGA

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = 390
SCREENSHOT = FilePayload(name="error.png", mimeType="image/png", buffer=PNG)
NOTES = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"no picture")


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Stage]:
    with stage(empty_sqlite(tmp_path), operator_keys=OLGA, order_id_single_payment=True) as acted:
        yield acted


@pytest.fixture
def claims(live: Stage) -> Claims:
    return Claims(stage=live)


def come_in(page: Page, live: Stage) -> None:
    page.goto(live.link(ALICE))
    page.get_by_role("button", name="Continue").click()


def sign_in(page: Page) -> None:
    page.goto("/operator")
    expect(page.get_by_role("textbox")).to_have_count(1)  # what a password manager fills in is not shown
    page.get_by_label("Your operator key").fill(KEY)
    page.get_by_role("button", name="Sign in").click()


def test_a_double_charge_is_answered_at_once(live: Stage, claims: Claims, open_page: OpenPage) -> None:
    claims.pay_twice()
    page = open_page()
    come_in(page, live)
    page.get_by_role("link", name="Get help with a charge").click()
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_title("Get help with a charge")  # the browser itself asks for what is missing
    page.get_by_role("radio", name="$9.00").first.check()
    page.get_by_role("radio", name="I was charged twice for the same thing").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("main")).to_contain_text("We are refunding the extra charge")
    page.get_by_role("link", name="Clause 2.2 of the refund policy").click()
    expect(page.get_by_role("heading", name="2.2 Duplicate payment")).to_be_in_viewport()


def test_a_failure_goes_from_the_customer_to_support_and_back(live: Stage, claims: Claims, open_page: OpenPage) -> None:
    claims.pay(order="order-5")
    page = open_page()
    come_in(page, live)
    page.goto("/account/claims/new")
    page.get_by_role("radio", name="$9.00").check()
    page.get_by_role("radio", name="I was charged, but nothing was delivered").check()
    page.get_by_label("Tell us more").fill("It <b>crashed</b>.")
    page.get_by_label("Screenshot or receipt").set_input_files([NOTES])
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("notes.txt was not added.")
    expect(page.get_by_role("main")).to_contain_text("It <b>crashed</b>.")
    page.get_by_label("Screenshot or receipt").set_input_files([SCREENSHOT])
    page.get_by_role("button", name="Add to the claim").click()
    expect(page.get_by_role("main")).to_contain_text("One of us is looking")
    with page.expect_download() as download:
        page.get_by_role("link", name="error.png").click()
    assert Path(download.value.path()).read_bytes() == PNG

    desk = open_page()
    sign_in(desk)
    desk.get_by_role("link", name="Verify a system failure").click()
    desk.get_by_label("Why").first.fill("The log shows it.")
    desk.get_by_role("button", name="Confirm: our failure").click()
    expect(desk.get_by_role("status")).to_contain_text("Recorded: Confirm: our failure.")
    desk.get_by_label("Why").first.fill("Run as task 77.")
    desk.get_by_role("button", name="It was run again").click()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Made good")
    expect(page.get_by_role("main")).not_to_contain_text("olga")


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_shows_all_of_it(live: Stage, claims: Claims, open_page: OpenPage, dark: bool) -> None:
    claims.subscribe()
    _first, extra = claims.pay_twice()
    page = open_page(width=PHONE, javascript=True, dark=dark)
    come_in(page, live)
    for path in ("/account", "/account/claims/new", "/refund-policy"):
        _fits(page, path)
    page.goto("/account/claims/new")
    page.get_by_role("radio", name="$9.00").first.check()
    page.get_by_role("radio", name="I was charged twice for the same thing").check()
    page.get_by_role("button", name="Send").click()
    claim = page.url.rsplit("/", 1)[1]
    sign_in(page)
    paths = ("/operator", f"/operator/claims/{claim}", f"/operator/users/{ALICE}", f"/operator/charges/{extra}")
    for path in (f"/account/claims/{claim}", "/account/claims", *paths):
        _fits(page, path)


def test_nothing_is_refused_by_our_own_policy(live: Stage, claims: Claims, open_page: OpenPage) -> None:
    claims.pay_twice()
    page = open_page(javascript=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    come_in(page, live)
    sign_in(page)
    for path in ("/account/claims", "/account/claims/new", "/refund-policy", "/operator", f"/operator/users/{ALICE}"):
        page.goto(path)
    assert complaints == []


def _fits(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    wide = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(wide) <= PHONE, path
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is None or box["height"] >= 44, path  # a thumb
    for words in page.locator("label.choice").all():
        assert words.evaluate("it => it.scrollHeight") < 250, path  # not a letter a line
