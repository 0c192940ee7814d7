"""Canceling and resuming from the account page: the terms, the deed, and every way in which it can end."""

import pytest
from werkzeug.test import TestResponse

from app.billing.cancellation_outcome import CancelOutcome
from app.policy.cancellation_steps import CancelResult
from app.web.outcome import outcome_of
from tests.support.product import ask_access
from tests.support.stage import START, Stage
from tests.support.visitor import press, signed_in, words_of


def told(response: TestResponse) -> str:
    return words_of(response).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def subscription(acted: Stage) -> str:
    """Ann's, a day old."""
    made = acted.subscribe("ann", acted.price("Studio Pro"))
    acted.advance(days=1)
    return made


def test_the_terms_come_first(acted: Stage, subscription: str) -> None:
    asked = signed_in(acted, "ann").get(f"/account/subscriptions/{subscription}/cancel")
    terms = told(asked)
    assert "Cancel Studio Pro?" in terms
    assert "You keep access until 23 November 2026, 06:00 UTC." in terms
    assert "There is no partial refund for the rest of the current period." in terms
    assert "You can change your mind and resume it until then." in terms
    assert "planned" not in terms
    assert ask_access(acted.browser(), "ann")["reason"] == "active"


def test_cancel_then_resume(acted: Stage, subscription: str) -> None:
    client = signed_in(acted, "ann")
    canceled = press(client, f"/account/subscriptions/{subscription}/cancel", why="Too many\0 buttons" * 100)
    assert (canceled.status_code, canceled.location) == (303, "/account")
    shown = told(client.get("/account"))
    assert "Studio Pro is canceled. It ends on 23 November 2026, 06:00 UTC" in shown
    assert "Access until 23 November 2026, 06:00 UTC. It does not renew." in shown
    assert "is canceled" not in told(client.get("/account"))  # said once
    assert ask_access(client, "ann")["reason"] == "ending"
    acted.advance(minutes=5)
    press(client, f"/account/subscriptions/{subscription}/resume")
    assert "Studio Pro goes on. It renews on 23 November 2026, 06:00 UTC." in told(client.get("/account"))
    assert ask_access(client, "ann")["reason"] == "active"


def test_canceling_twice_is_no_error(acted: Stage, subscription: str) -> None:
    client = signed_in(acted, "ann")
    path = f"/account/subscriptions/{subscription}/cancel"
    press(client, path)
    acted.advance(minutes=1)
    press(client, path)
    assert "Studio Pro was canceled already. It ends on 23 November 2026" in told(client.get("/account"))
    assert client.get(path).location == "/account"


@pytest.mark.parametrize("action", ["cancel", "resume"])
@pytest.mark.parametrize("name", [None, "sub_none", "a%00b", "%FF"])
def test_an_outsider_finds_nothing(acted: Stage, subscription: str, action: str, name: str | None) -> None:
    outsider = signed_in(acted, "outsider")
    path = f"/account/subscriptions/{name or subscription}"
    assert outsider.get(f"{path}/cancel").status_code == 404
    refused = press(outsider, f"{path}/{action}")
    assert refused.status_code == 404
    assert "not yours to see" in told(refused)
    assert ask_access(outsider, "ann")["reason"] == "active"
    assert not [request for request in acted.world.requests if request.method == "POST"]


def test_stripe_is_away(acted: Stage, subscription: str) -> None:
    client = signed_in(acted, "ann")
    acted.world.trouble.outage()
    press(client, f"/account/subscriptions/{subscription}/cancel")
    shown = told(client.get("/account"))
    assert "We have recorded your request at 24 October 2026, 06:00 UTC" in shown
    assert "Cancellation recorded" in shown
    assert "You canceled on 24 October 2026, 06:00 UTC. It ends on 23 November 2026, 06:00 UTC." in shown
    assert "Resume subscription" in shown


def test_a_planned_change_is_named_before_it_is_dropped(acted: Stage, subscription: str) -> None:
    _plan(acted, subscription, phases=2)
    client = signed_in(acted, "ann")
    path = f"/account/subscriptions/{subscription}/cancel"
    assert "The change that is planned for 23 November 2026, 06:00 UTC is dropped." in told(client.get(path))
    press(client, path)
    assert "The change that was planned for it is dropped." in told(client.get("/account"))


def test_a_plan_without_a_change_is_not_mentioned(acted: Stage, subscription: str) -> None:
    _plan(acted, subscription, phases=1)
    client = signed_in(acted, "ann")
    path = f"/account/subscriptions/{subscription}/cancel"
    assert "planned" not in told(client.get(path))
    press(client, path)
    assert "planned" not in told(client.get("/account"))


def test_a_trial_is_canceled_without_a_charge(acted: Stage) -> None:
    trial = acted.subscribe("ann", trial_period_days=14)
    asked = told(signed_in(acted, "ann").get(f"/account/subscriptions/{trial}/cancel"))
    assert "Your free trial goes on until 6 November 2026, 06:00 UTC, and you are not charged." in asked
    assert "refund" not in asked


@pytest.mark.parametrize("result", CancelResult)
@pytest.mark.parametrize("known", [True, False])
def test_every_outcome_has_words(result: CancelResult, known: bool) -> None:
    instant = START if known else None
    outcome = CancelOutcome(result=result, ends_at=instant, requested_at=instant)
    tone, words = outcome_of(outcome, name="<Studio>", renews_at=instant)
    assert tone in ("good", "notice", "alert")
    assert len(words) > 20
    assert "{" not in words
    assert "<Studio>" not in words


def _plan(acted: Stage, subscription: str, *, phases: int) -> None:
    """Stripe's dashboard makes a schedule; a second phase changes something when the first ends."""
    account = acted.world.account
    made = acted.world.call("POST", "/v1/subscription_schedules", from_subscription=subscription)
    schedule = account.need("subscription_schedule", made["id"])
    with account.changing(schedule):
        first = schedule["phases"][0]
        schedule["phases"] = [first, {**first, "start_date": first["end_date"]}][:phases]
    acted.advance(minutes=1)
