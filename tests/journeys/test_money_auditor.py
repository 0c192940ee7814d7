"""The second opinion on money is of what was true when it went back, whatever is paid later."""

from typing import Any

import pytest

from app.sandbox.world import World
from tests.journeys.money_auditor import Auditor
from tests.journeys.money_outside import Outside


@pytest.fixture
def world() -> World:
    return World(start=1_800_000_000)


@pytest.fixture
def auditor(world: World) -> Auditor:
    return Auditor(world)


@pytest.fixture
def outside(world: World, auditor: Auditor) -> Outside:
    product = world.call("POST", "/v1/products", name="Studio")["id"]
    sold = {"unit_amount": 2000, "currency": "usd", "recurring": {"interval": "month"}}
    made = Outside(world, [world.call("POST", "/v1/prices", product=product, **sold)["id"]], auditor)
    made.subscribes(0)
    return made


def refund(outside: Outside, **what: Any) -> None:
    outside.world.call("POST", "/v1/refunds", **what)


def test_a_period_billed_twice_may_be_given_back_and_then_be_paid_once_more(outside: Outside, auditor: Auditor) -> None:
    outside.a_period_is_billed_again(0)
    refund(outside, charge=outside.pick("charge", 0)["id"])
    auditor.after_a_step()
    outside.a_second_payment_comes_through(4)  # 500 for the very invoice whose payment went back
    assert outside.pick("invoice", 0)["amount_overpaid"] == 500
    auditor.after_a_step()
    auditor.at_rest()


def test_more_than_an_invoice_was_overpaid_may_not_go_back(outside: Outside, auditor: Auditor) -> None:
    outside.a_second_payment_comes_through(3)
    refund(outside, charge=outside.pick("charge", 1)["id"], amount=301)
    with pytest.raises(AssertionError, match="more than the 300"):
        auditor.after_a_step()
