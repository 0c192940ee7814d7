"""An empty mirror is filled from a live account without a single event, whatever stops the filling."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.billing import backfill, fetching, mirror
from app.billing.pace import Pace
from app.db import sweep_cursor
from tests.support.product import ask_access
from tests.support.stage import Stage, stage
from tests.support.truth import untruths

QUICK = Pace(1e6)


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def lived(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An account with a past: renewals, ends, a failed card, money that went back, a rehearsal on a test clock."""
    monkeypatch.setattr("app.stripe_gateway.listing.PAGE", 10)
    monkeypatch.setattr("app.billing.backfill.AT_ONCE", 4)
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        for number in range(12):
            made.subscribe(f"user{number}")
        call = made.world.call
        subscriptions = list(made.world.account.store.all("subscription"))
        call("DELETE", f"/v1/subscriptions/{subscriptions[1]['id']}")
        call("POST", f"/v1/subscriptions/{subscriptions[2]['id']}", cancel_at_period_end=True)
        made.world.decline(subscriptions[3]["default_payment_method"])
        made.advance(days=33)
        _rehearse(made)
        charges = list(made.world.account.store.all("charge"))
        paid_twice = [each["id"] for each in charges if each["customer"] == subscriptions[4]["customer"]]
        call("POST", "/v1/refunds", charge=paid_twice[-1])
        made.world.dispute(charges[5]["id"])
        yield made


def fill(stage: Stage, **options: Any) -> dict[str, int]:
    return backfill.run(stage.context, tell=lambda _: None, wait=lambda _: None, pace=QUICK, **options)


def test_the_mirror_is_true_without_a_single_event(lived: Stage) -> None:
    counted = fill(lived)
    assert counted["invoice"] > 20, "more than one page"
    assert untruths(lived.context.db, lived.world) == []
    reasons = {
        uid: ask_access(lived.browser(), uid)["reason"] for uid in ("user0", "user1", "user2", "user3", "user4", "ida")
    }
    assert reasons == {
        "user0": "active",
        "user1": "ended",
        "user2": "ended",
        "user3": "grace",
        "user4": "unpaid",
        "ida": "active",
    }


def test_a_second_run_has_nothing_to_do_unless_told_to_begin_anew(lived: Stage) -> None:
    first = fill(lived)
    lived.world.requests.clear()
    assert fill(lived) == first
    assert lived.world.requests == []
    assert fill(lived, again=True) == first
    assert lived.world.requests != []


def test_it_goes_on_where_it_was_killed(lived: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    take, calls = mirror.take_fetched, 0

    def mortal(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 7 == 0:
            raise Killed
        return take(*arguments, **named)

    monkeypatch.setattr("app.billing.backfill.take_fetched", mortal)
    for _ in range(60):
        try:
            fill(lived)
            break
        except Killed:
            lived.advance(seconds=1)
    assert calls > 9, "it was killed a few times"
    assert untruths(lived.context.db, lived.world) == []


def test_it_waits_longer_each_time_that_stripe_says_no(lived: Stage) -> None:
    waits: list[float] = []
    lived.world.trouble.rate_limited(3, only="/v1/invoices")
    lived.world.trouble.timeout_before_effect(2, only="/v1/charges")
    backfill.run(lived.context, tell=lambda _: None, wait=waits.append, pace=QUICK)
    assert waits == [1, 2, 1, 2, 4]
    assert untruths(lived.context.db, lived.world) == []


def test_it_waits_as_long_as_stripe_asks(lived: Stage) -> None:
    waits: list[float] = []
    lived.world.trouble.rate_limited(1, only="/v1/invoices", retry_after=90)
    backfill.run(lived.context, tell=lambda _: None, wait=waits.append, pace=QUICK)
    assert waits == [90]


def test_it_is_safe_beside_webhooks(lived: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes while a list is on its way arrives as an event, too, and is not overwritten by the older list."""
    lived.world.trouble.calm()
    take = mirror.take_fetched
    customers = [each["id"] for each in lived.world.account.store.all("customer")]
    subscriptions = [each["id"] for each in lived.world.account.store.all("subscription") if each["status"] == "active"]

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        if customers:
            lived.world.call("POST", f"/v1/customers/{customers.pop()}", email="new@example.com")
        if subscriptions:
            lived.world.call("POST", f"/v1/subscriptions/{subscriptions.pop()}", metadata={"plan": "new"})
        lived.deliver()
        return take(*arguments, **named)

    monkeypatch.setattr("app.billing.backfill.take_fetched", meanwhile)
    fill(lived)
    lived.advance(seconds=5)
    while fetching.run_pending(lived.context, pace=QUICK).taken:
        pass
    assert untruths(lived.context.db, lived.world) == []


def test_it_begins_a_list_anew_when_its_place_is_gone(lived: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(lived)
    with lived.context.db.write() as tx:
        name = "backfill:product:all:"
        known = sweep_cursor.all_named(tx, name)[name]
        sweep_cursor.put(tx, known._replace(position="prod_gone", reached_at=None))
    assert fill(lived)["product"] == 1


def _rehearse(stage: Stage) -> None:
    """Two months pass for one customer on a test clock, who renews and has a schedule."""
    call = stage.world.call
    clock = call("POST", "/v1/test_helpers/test_clocks", frozen_time=int(stage.clock().timestamp()))["id"]
    customer = call("POST", "/v1/customers", test_clock=clock)["id"]
    method = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    price = stage.price("Studio")
    made = call(
        "POST",
        "/v1/subscriptions",
        customer=customer,
        items=[{"price": price}],
        default_payment_method=method,
        metadata={"uid": "ida"},
    )
    later = stage.clock() + timedelta(days=32)
    call("POST", f"/v1/test_helpers/test_clocks/{clock}/advance", frozen_time=int(later.timestamp()))
    stage.advance(minutes=1)
    call("POST", "/v1/subscription_schedules", from_subscription=made["id"])
