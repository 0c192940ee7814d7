"""Test clocks: they advance by themselves a while after being asked, and everything in between happens."""

import pytest
import stripe

from tests.sandbox.stage import DAY, HOUR, NOON, Json, Stage

LATER = NOON + 365 * DAY
MONTH = 31 * DAY


def clock(stage: Stage) -> Json:
    return stage.world.call("POST", "/v1/test_helpers/test_clocks", frozen_time=LATER, name="walk")


def advance(stage: Stage, clock_id: str, to: int) -> None:
    stage.stripe.v1.test_helpers.test_clocks.advance(clock_id, {"frozen_time": to})


def test_advancing_is_asynchronous_and_renews_on_the_way(stage: Stage) -> None:
    made = clock(stage)
    sub = stage.subscribe(stage.customer(test_clock=made["id"]))
    assert (sub["test_clock"], sub["created"]) == (made["id"], LATER)
    end = sub["items"]["data"][0]["current_period_end"]
    advance(stage, made["id"], end + HOUR)
    assert stage.get("test_helpers/test_clocks", made["id"])["status"] == "advancing"
    assert stage.subscription(sub)["items"]["data"][0]["current_period_end"] == end
    stage.world.advance(5)
    ready = stage.get("test_helpers/test_clocks", made["id"])
    assert (ready["status"], ready["frozen_time"]) == ("ready", end + HOUR)
    assert [it["status"] for it in stage.invoices(sub)] == ["paid", "paid"]
    assert stage.invoices(sub)[-1]["status_transitions"]["paid_at"] == end + HOUR
    assert stage.happened()[-1] == "test_helpers.test_clock.ready"


def test_charges_and_events_keep_real_time_unless_told_otherwise(stage: Stage) -> None:
    made = clock(stage)
    sub = stage.subscribe(stage.customer(test_clock=made["id"]))
    assert stage.last("charge.succeeded")["data"]["object"]["created"] == NOON
    assert stage.last("customer.subscription.created")["created"] == NOON
    stage.world.variants.test_clock_events = "frozen"
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", metadata={"a": "b"})
    assert stage.world.events[-1]["created"] == LATER


def test_stripes_own_time_does_not_move_a_clock(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(test_clock=clock(stage)["id"]))
    stage.world.advance(20 * DAY)
    assert len(stage.invoices(sub)) == 1


def test_its_objects_are_hidden_from_plain_lists(stage: Stage) -> None:
    made = clock(stage)
    customer = stage.customer(test_clock=made["id"])
    sub = stage.subscribe(customer)
    listed = stage.stripe.v1.subscriptions.list
    assert listed().data == []
    assert [it.id for it in listed({"test_clock": made["id"]}).data] == [sub["id"]]
    assert [it.id for it in listed({"customer": customer}).data] == [sub["id"]]


@pytest.mark.parametrize("to", [LATER, LATER - 1, LATER + 3 * MONTH], ids=["now", "the past", "too far"])
def test_where_a_clock_cannot_go(stage: Stage, to: int) -> None:
    made = clock(stage)
    stage.subscribe(stage.customer(test_clock=made["id"]))
    with pytest.raises(stripe.InvalidRequestError):
        advance(stage, made["id"], to)


def test_an_advancing_clock_cannot_be_advanced(stage: Stage) -> None:
    made = clock(stage)
    advance(stage, made["id"], LATER + DAY)
    with pytest.raises(stripe.InvalidRequestError, match="still advancing"):
        advance(stage, made["id"], LATER + 2 * DAY)


def test_it_holds_three_customers(stage: Stage) -> None:
    made = clock(stage)
    for _ in range(3):
        stage.customer(test_clock=made["id"])
    with pytest.raises(stripe.InvalidRequestError, match="3 customers"):
        stage.stripe.v1.customers.create({"test_clock": made["id"]})


def test_deleting_it_deletes_what_is_on_it(stage: Stage) -> None:
    made = clock(stage)
    customer = stage.customer(test_clock=made["id"])
    sub = stage.subscribe(customer)
    stage.stripe.v1.test_helpers.test_clocks.delete(made["id"])
    assert stage.get("customers", customer)["deleted"] is True
    assert stage.subscription(sub)["status"] == "canceled"
