"""Changing items: prorations by default, at once when asked for, never with `none`."""

from tests.sandbox.stage import DAY, NOON, Json, Stage

MONTH = 31 * DAY


def dearer(stage: Stage) -> str:
    made = stage.world.call(
        "POST", "/v1/prices", product=stage.product, currency="usd", unit_amount=5000, recurring={"interval": "month"}
    )
    return str(made["id"])


def change(stage: Stage, sub: Json, **fields: object) -> Json:
    return stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", **fields)


def item(sub: Json) -> str:
    return str(sub["items"]["data"][0]["id"])


def test_an_upgrade_waits_as_prorations_for_the_next_invoice(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    changed = change(stage, sub, items=[{"id": item(sub), "price": dearer(stage)}])
    assert changed["items"]["data"][0]["price"]["unit_amount"] == 5000
    assert len(stage.invoices(sub)) == 1
    stage.world.advance_to(NOON + MONTH)
    renewal = stage.invoices(sub)[-1]
    details = [line["parent"]["subscription_item_details"]["proration"] for line in renewal["lines"]["data"]]
    assert [line["amount"] for line in renewal["lines"]["data"]] == [-1000, 2500, 5000]
    assert details == [True, True, False]
    assert renewal["amount_due"] == 6500


def test_always_invoice_bills_the_difference_now(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    change(stage, sub, items=[{"id": item(sub), "price": dearer(stage)}], proration_behavior="always_invoice")
    invoice = stage.invoices(sub)[-1]
    assert (invoice["billing_reason"], invoice["amount_paid"]) == ("subscription_update", 1500)


def test_none_makes_no_proration(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    since = len(stage.world.events)
    change(stage, sub, items=[{"id": item(sub), "quantity": 3}], proration_behavior="none")
    assert stage.happened(since) == ["customer.subscription.updated"]
    previous = stage.last("customer.subscription.updated")["data"]["previous_attributes"]
    assert previous["items"]["data"][0]["quantity"] == 1


def test_another_interval_begins_a_new_period_and_is_billed_now(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    changed = change(stage, sub, items=[{"id": item(sub), "price": stage.yearly}])
    assert changed["items"]["data"][0]["current_period_start"] == NOON + MONTH // 2
    invoice = stage.invoices(sub)[-1]
    assert [line["amount"] for line in invoice["lines"]["data"]] == [-1000, 20000]
    assert invoice["amount_paid"] == 19000


def test_an_added_and_a_removed_item_prorate(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    changed = change(stage, sub, items=[{"price": dearer(stage)}, {"id": item(sub), "deleted": True}])
    assert [it["price"]["unit_amount"] for it in changed["items"]["data"]] == [5000]
    amounts = [it["data"]["object"]["amount"] for it in stage.world.events if it["type"] == "invoiceitem.created"]
    assert amounts == [2500, -1000]


def test_resetting_the_anchor_bills_a_new_period(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    changed = change(stage, sub, billing_cycle_anchor={"type": "now"}, proration_behavior="none")
    assert changed["billing_cycle_anchor"] == NOON + MONTH // 2
    assert stage.invoices(sub)[-1]["amount_paid"] == 2000


def test_a_failed_payment_of_a_change_makes_it_past_due(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.world.decline(stage.card_of(customer))
    change(stage, sub, items=[{"id": item(sub), "price": stage.yearly}])
    assert stage.subscription(sub)["status"] == "past_due"


def test_metadata_merges_and_clears(stage: Stage) -> None:
    sub = stage.subscribe(metadata={"uid": "7", "plan": "pro"})
    assert change(stage, sub, metadata={"plan": "", "team": "x"})["metadata"] == {"uid": "7", "team": "x"}
    previous = stage.last("customer.subscription.updated")["data"]["previous_attributes"]
    assert previous == {"metadata": {"plan": "pro", "team": None}}
    assert change(stage, sub, metadata="")["metadata"] == {}


def test_an_update_that_changes_nothing_tells_nothing(stage: Stage) -> None:
    sub = stage.subscribe(metadata={"uid": "7"})
    since = len(stage.world.events)
    change(stage, sub, metadata={"uid": "7"})
    assert stage.happened(since) == []
