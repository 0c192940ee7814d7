"""What a decision about a user's standing does at Stripe, at once or as soon as it can be reached."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.billing.cancellation import CancelResult, cancel
from tests.support.product import ask_access
from tests.support.stage import Stage, stage
from tests.support.standing import (
    WHY,
    at_stripe,
    away,
    changes,
    charges,
    decide,
    invoices,
    outcomes,
    prorations,
    put,
    repeat,
    seen,
)

MONTH = timedelta(days=31)


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        yield acting


def test_a_suspension_ends_access_at_once_and_stops_collection(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.world.requests.clear()
    answer = decide(acted, "ann", "suspended")
    assert outcomes(answer) == {subscription: "collection_paused"}
    assert seen(acted, "ann") == (False, "suspended", "2026-10-23T06:00:30Z")
    assert at_stripe(acted, subscription)["pause_collection"] == {"behavior": "void", "resumes_at": None}
    (change,) = changes(acted)
    assert change.params == {"pause_collection": {"behavior": "void"}, "proration_behavior": "none"}
    assert change.idempotency_key.startswith("paidthrough:")


def test_nothing_is_charged_while_suspended_and_access_stays_ended(acted: Stage) -> None:
    acted.subscribe("ann")
    decide(acted, "ann", "suspended")
    charged = len(charges(acted))
    acted.advance(days=70)
    assert len(charges(acted)) == charged
    assert seen(acted, "ann") == (False, "suspended", "2026-10-23T06:00:30Z")


def test_a_termination_ends_the_subscription_without_proration_or_final_invoice(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.world.requests.clear()
    assert outcomes(decide(acted, "ann", "terminated")) == {subscription: "canceled_now"}
    assert at_stripe(acted, subscription)["status"] == "canceled"
    (change,) = changes(acted)
    assert (change.method, change.params) == ("DELETE", {"prorate": "false", "invoice_now": "false"})
    assert seen(acted, "ann") == (False, "terminated", "2026-10-23T06:00:30Z")
    assert not prorations(acted)


@pytest.mark.parametrize("standing", ["suspended", "terminated"])
def test_a_renewal_that_waits_as_a_draft_is_not_charged(acted: Stage, standing: str) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(seconds=MONTH.total_seconds() + 60)
    (draft,) = [it for it in invoices(acted) if it["status"] == "draft"]
    charged = len(charges(acted))
    decide(acted, "ann", standing)
    acted.advance(hours=2)
    assert len(charges(acted)) == charged
    kept = next(it for it in invoices(acted) if it["id"] == draft["id"])
    assert (kept["status"], kept["auto_advance"]) == ("draft", False)
    assert at_stripe(acted, subscription)["status"] in ("active", "canceled")


def test_all_subscriptions_of_the_user_and_nobody_elses(acted: Stage) -> None:
    mine = {acted.subscribe("ann"), acted.subscribe("ann", acted.price("Other"))}
    other = acted.subscribe("bob")
    assert outcomes(decide(acted, "ann", "suspended")).keys() == mine
    assert at_stripe(acted, other)["pause_collection"] is None
    assert ask_access(acted.browser(), "bob")["entitled"]


def test_a_later_subscription_is_denied_too_and_not_collected_for(acted: Stage) -> None:
    decide(acted, "ann", "suspended")
    subscription = acted.subscribe("ann")
    assert seen(acted, "ann")[:2] == (False, "suspended")
    assert repeat(acted) == 1
    assert at_stripe(acted, subscription)["pause_collection"]["behavior"] == "void"
    assert repeat(acted) == 0


def test_a_pause_that_staff_had_made_is_not_taken_back(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.world.call("POST", f"/v1/subscriptions/{subscription}", pause_collection={"behavior": "void"})
    acted.deliver()
    assert outcomes(decide(acted, "ann", "suspended")) == {subscription: "already_paused"}
    assert outcomes(decide(acted, "ann", "good")) == {}
    assert at_stripe(acted, subscription)["pause_collection"]["behavior"] == "void"


def test_a_customer_may_still_cancel_and_it_does_not_lift_the_suspension(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    with away(acted):
        assert outcomes(decide(acted, "ann", "suspended")) == {subscription: "recorded"}
    acted.advance(minutes=10)
    told = cancel(acted.context, uid="ann", subscription=subscription, actor="customer")
    assert told.result is CancelResult.SCHEDULED
    repeat(acted)
    found = at_stripe(acted, subscription)
    assert (found["cancel_at_period_end"], found["pause_collection"]["behavior"]) == (True, "void")


def test_a_dead_subscription_is_left_alone(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.world.call("DELETE", f"/v1/subscriptions/{subscription}")
    acted.deliver()
    acted.world.requests.clear()
    assert outcomes(decide(acted, "ann", "terminated")) == {}
    assert repeat(acted) == 0
    assert not acted.world.requests


@pytest.mark.parametrize("standing", ["suspended", "terminated"])
def test_stripe_away_loses_nothing(acted: Stage, standing: str) -> None:
    subscriptions = {acted.subscribe("ann"), acted.subscribe("ann", acted.price("Other"))}
    with away(acted):
        answer = decide(acted, "ann", standing)
        assert outcomes(answer) == dict.fromkeys(subscriptions, "recorded")
        assert not ask_access(acted.browser(), "ann")["entitled"]
        acted.advance(minutes=1)
        assert repeat(acted) == 0
    acted.advance(minutes=20)
    assert repeat(acted) == 2
    for subscription in subscriptions:
        found = at_stripe(acted, subscription)
        assert found["pause_collection"] or found["status"] == "canceled"
    assert repeat(acted) == 0


def test_a_reinstatement_overtakes_what_stripe_was_not_told(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    with away(acted):
        decide(acted, "ann", "terminated")
        decide(acted, "ann", "good", annul=True)
    acted.advance(minutes=20)
    repeat(acted)
    assert at_stripe(acted, subscription)["status"] == "active"
    assert seen(acted, "ann")[:2] == (True, "active")


def test_access_ends_even_if_the_database_is_all_that_answers(acted: Stage) -> None:
    acted.subscribe("ann")
    with away(acted):
        assert put(acted, "ann", WHY | {"standing": "suspended"}).status_code == 200
    assert not ask_access(acted.browser(), "ann")["entitled"]
