"""What a decision about a user's standing does to access, and what of it comes back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.support.product import ask_access
from tests.support.stage import START, Stage, stage
from tests.support.standing import at_stripe, decide, outcomes, period_end, seen, settle, written


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        yield acting


def test_a_reinstatement_lets_only_future_periods_count(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    decide(acted, "ann", "suspended")
    acted.advance(days=3)
    assert outcomes(decide(acted, "ann", "good")) == {subscription: "resumed"}
    assert at_stripe(acted, subscription)["pause_collection"] is None
    end = period_end(acted, subscription)
    assert seen(acted, "ann") == (False, "suspended", written(end))
    acted.advance(seconds=(end - acted.clock.now).total_seconds() + 7200)
    assert seen(acted, "ann")[:2] == (True, "active")


def test_an_annulled_decision_gives_the_time_back(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    lost = decide(acted, "ann", "suspended")
    answer = decide(acted, "ann", "good", annul=True)
    assert answer["annuls"] == lost["decision"]
    assert seen(acted, "ann")[:2] == (True, "active")
    assert outcomes(answer) == {subscription: "resumed"}
    assert decide(acted, "ann", "good", annul=True) == answer | {"subscriptions": []}


def test_a_mistake_can_be_found_after_the_reinstatement(acted: Stage) -> None:
    acted.subscribe("ann")
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "good")
    assert not ask_access(acted.browser(), "ann")["entitled"]
    decide(acted, "ann", "good", annul=True)
    assert seen(acted, "ann")[:2] == (True, "active")


def test_a_termination_that_was_a_mistake_leaves_the_paid_period(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    end = period_end(acted, subscription)
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "terminated")
    decide(acted, "ann", "good", annul=True)
    assert seen(acted, "ann") == (True, "ending", written(end))


def test_an_annulment_gives_back_only_what_the_mistake_took(acted: Stage) -> None:
    subscription = acted.subscribe("ann", acted.price("Year", interval="year"))
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "good")
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "good", annul=True)
    assert seen(acted, "ann") == (False, "suspended", written(period_end(acted, subscription)))


def test_each_subscription_forfeits_its_own_time(acted: Stage) -> None:
    monthly = acted.subscribe("ann")
    acted.subscribe("ann", acted.price("Year", interval="year"))
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "good")
    end = period_end(acted, monthly)
    acted.advance(seconds=(end - acted.clock.now).total_seconds() + 7200)
    by_subscription = {it["subscription"]: it["entitled"] for it in ask_access(acted.browser(), "ann")["products"]}
    assert by_subscription.pop(monthly)
    assert set(by_subscription.values()) == {False}


def test_a_termination_keeps_the_instant_at_which_access_ended(acted: Stage) -> None:
    acted.subscribe("ann")
    decide(acted, "ann", "suspended")
    decide(acted, "ann", "terminated")
    assert seen(acted, "ann") == (False, "terminated", "2026-10-23T06:00:30Z")


def rehearse(stage: Stage, frozen: datetime) -> str:
    call = stage.world.call
    clock = call("POST", "/v1/test_helpers/test_clocks", frozen_time=int(frozen.timestamp()))["id"]
    customer = call("POST", "/v1/customers", test_clock=clock)["id"]
    method = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    sold = {"items": [{"price": stage.price("Studio")}], "default_payment_method": method, "metadata": {"uid": "ann"}}
    return str(call("POST", "/v1/subscriptions", customer=customer, **sold)["id"])


def test_a_rehearsed_subscription_is_judged_by_its_clock(acted: Stage) -> None:
    frozen = START + timedelta(days=400)
    subscription = rehearse(acted, frozen)
    settle(acted)
    assert seen(acted, "ann")[:2] == (True, "active")
    decide(acted, "ann", "suspended")
    settle(acted)
    assert seen(acted, "ann") == (False, "suspended", written(frozen))
    decide(acted, "ann", "good")
    settle(acted)
    assert seen(acted, "ann") == (False, "suspended", written(period_end(acted, subscription)))


def test_a_rehearsal_whose_clock_is_not_seen_yet_is_lost_whatever_that_clock_will_say(acted: Stage) -> None:
    """It stands nine days before the decision, and may never come there."""
    acted.world.trouble.internal_error(99, only="/v1/test_helpers")
    rehearse(acted, START - timedelta(days=9))
    settle(acted)
    decide(acted, "ann", "suspended")
    acted.world.trouble.calm()
    acted.advance(hours=1)
    settle(acted)
    assert seen(acted, "ann")[:2] == (False, "suspended")
