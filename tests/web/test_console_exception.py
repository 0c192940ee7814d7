"""The console records beforehand that a person will refund a charge by hand, and says what that means."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.billing import out_of_policy
from tests.billing.claim_stage import Claims
from tests.support.visitor import press
from tests.web.claim_visitor import at_console, read

KEPT = "SELECT count(*) FROM refund_exception"


def allow(claims: Claims, charge: str, **change: str) -> TestResponse:
    page = f"/operator/charges/{charge}"
    given = {"amount": "900", "days": "3", "why": "The file was lost", "understood": "yes"}
    return press(at_console(claims.stage.browser()), f"{page}/exception", on=page, **(given | change))


def refund(claims: Claims, charge: str, **given: Any) -> list[str]:
    """What is alarmed then."""
    claims.stage.advance(minutes=1)
    claims.stage.world.call("POST", "/v1/refunds", charge=charge, **given)
    claims.stage.deliver()
    out_of_policy.run(claims.stage.context)
    return claims.column("SELECT kind FROM alarm")


def test_a_refund_that_was_allowed_raises_no_alarm(claims: Claims) -> None:
    charge = claims.pay()
    olga, page = at_console(claims.stage.browser()), f"/operator/charges/{charge}"
    assert "Nothing is refunded by this button." in read(olga, page)
    assert allow(claims, charge).status_code == 303
    shown = read(olga, page)
    assert "At most $9.00 by olga: “The file was lost” may be used until 26 October 2026" in shown
    assert refund(claims, charge) == []
    assert "used by re_" in read(olga, page)
    assert "Allow a refund by hand" not in read(olga, page)


def test_it_allows_no_more_than_it_says(claims: Claims) -> None:
    charge = claims.pay()
    allow(claims, charge, amount="500")
    assert refund(claims, charge, amount=501) == ["refund"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"understood": ""}, "Tick that you know what it means"),
        ({"why": "  "}, "Say how much, for how long, and why"),
        ({"amount": "much"}, "Say how much, for how long, and why"),
        ({"amount": "0"}, "The amount must be above zero"),
        ({"amount": "901"}, "At most 900 is left of the charge"),
        ({"days": "0"}, "It lasts for at most 30 days"),
        ({"days": "99999999999999999999"}, "It lasts for at most 30 days"),
    ],
)
def test_nothing_is_recorded_without_all_of_it(claims: Claims, change: dict[str, str], complaint: str) -> None:
    refused = allow(claims, claims.pay(), **change)
    assert refused.status_code == 422
    assert complaint in refused.text
    assert claims.column(KEPT) == [0]


def test_another_site_or_a_stranger_records_nothing(claims: Claims) -> None:
    charge = claims.pay()
    given = {"amount": "900", "days": "3", "why": "because", "understood": "yes"}
    olga = at_console(claims.stage.browser())
    assert olga.post(f"/operator/charges/{charge}/exception", data=given).status_code == 400
    stranger = claims.stage.browser().post(f"/operator/charges/{charge}/exception", data=given)
    assert stranger.location.startswith("/operator/sign-in")
    assert press(olga, "/operator/charges/ch_nobody/exception", on="/operator", **given).status_code == 404
    assert claims.column(KEPT) == [0]
