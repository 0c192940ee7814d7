"""The notice of a renewal: an invoice that does not exist yet, told some days ahead."""

from typing import Literal

import pytest

from tests.references.annotations import unknown_values, violations
from tests.references.openapi import object_violations
from tests.sandbox.stage import DAY, HOUR, NOON, Json, Stage

MONTH = 31 * DAY


@pytest.fixture(autouse=True)
def tells(stage: Stage) -> None:
    stage.world.settings.upcoming_days = 7


def told(stage: Stage) -> list[Json]:
    return [event for event in stage.world.events if event["type"] == "invoice.upcoming"]


def test_it_comes_once_and_bills_nothing(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", metadata={"plan": "again"})
    stage.world.advance(MONTH - 7 * DAY - 1)
    assert told(stage) == []
    stage.world.advance(HOUR)
    (event,) = told(stage)
    assert event["created"] == NOON + MONTH - 7 * DAY
    coming = event["data"]["object"]
    assert "id" not in coming
    assert (coming["billing_reason"], coming["status"], coming["amount_due"]) == ("upcoming", "draft", 2000)
    assert (coming["created"], coming["next_payment_attempt"]) == (NOON + MONTH, NOON + MONTH + HOUR)
    (line,) = coming["lines"]["data"]
    assert (line["period"]["start"], line["invoice"]) == (NOON + MONTH, None)
    assert coming["parent"]["subscription_details"]["subscription"] == sub["id"]
    assert len(stage.invoices(sub)) == 1
    assert stage.subscription(sub)["items"] == sub["items"]
    stage.world.advance(MONTH)
    assert len(told(stage)) == 2


def test_it_shows_what_is_pending_and_takes_none_of_it(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(DAY)
    item = sub["items"]["data"][0]["id"]
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", items=[{"id": item, "quantity": 2}])
    stage.world.advance(MONTH - DAY)
    coming, billed = told(stage)[0]["data"]["object"], stage.invoices(sub)[-1]
    assert len(billed["lines"]["data"]) == 3
    assert [ln["amount"] for ln in coming["lines"]["data"]] == [ln["amount"] for ln in billed["lines"]["data"]]


def test_who_leaves_is_told_nothing(stage: Stage) -> None:
    stage.subscribe(cancel_at_period_end=True)
    canceled = stage.subscribe()
    stage.world.call("DELETE", f"/v1/subscriptions/{canceled['id']}")
    stage.world.advance(2 * MONTH)
    assert told(stage) == []


@pytest.mark.parametrize("rendered", ["absent", "null", "upcoming_in"])
def test_but_for_its_id_it_is_an_invoice(stage: Stage, rendered: Literal["absent", "null", "upcoming_in"]) -> None:
    stage.world.variants.upcoming_invoice_id = rendered
    stage.subscribe()
    stage.world.advance(MONTH)
    (event,) = told(stage)
    coming = event["data"]["object"]
    if rendered != "upcoming_in":
        assert coming.get("id") is None
        coming["id"] = "upcoming_in_1"
    assert violations(event) + unknown_values(event) + object_violations(event, complete=True) == []
