"""endive's pause and resume."""

from tests.sandbox.stage import DAY, NOON, Stage

MONTH = 31 * DAY


def test_a_pause_credits_unused_time_by_default_and_stops_renewing(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH // 2)
    since = len(stage.world.events)
    paused = stage.stripe.v1.subscriptions.pause(sub["id"])
    assert paused.status == "paused"
    details = stage.subscription(sub)["status_details"]
    assert details["paused"]["subscription"]["type"] == "pause_requested"
    assert stage.happened(since) == [
        "invoiceitem.created",
        "customer.subscription.updated",
        "customer.subscription.paused",
    ]
    assert stage.last("invoiceitem.created")["data"]["object"]["amount"] == -1000
    stage.world.advance(3 * MONTH)
    assert len(stage.invoices(sub)) == 1


def test_a_pause_may_credit_nothing(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.stripe.v1.subscriptions.pause(sub["id"], {"bill_for": {"unused_time_from": {"type": "none"}}})
    assert "invoiceitem.created" not in stage.happened()


def test_a_pause_may_invoice_the_credit_at_once(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.stripe.v1.subscriptions.pause(sub["id"], {"invoicing_behavior": "invoice"})
    assert stage.get("customers", customer)["balance"] == -2000


def test_resuming_begins_a_new_period_now(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.stripe.v1.subscriptions.pause(sub["id"], {"bill_for": {"unused_time_from": {"type": "none"}}})
    stage.world.advance(2 * MONTH)
    resumed = stage.stripe.v1.subscriptions.resume(sub["id"])
    assert resumed.status == "active"
    after = stage.subscription(sub)
    assert "status_details" not in after
    assert after["items"]["data"][0]["current_period_start"] == NOON + 2 * MONTH
    assert stage.invoices(sub)[-1]["status"] == "paid"
    assert "customer.subscription.resumed" in stage.happened()
    stage.world.advance(40 * DAY)
    assert len(stage.invoices(sub)) == 3


def test_resuming_unchanged_takes_up_the_old_cycle(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.stripe.v1.subscriptions.pause(sub["id"])
    stage.world.advance(DAY)
    params = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "none"}
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}/resume", **params)
    after = stage.subscription(sub)
    assert (after["status"], after["items"]["data"][0]["current_period_end"]) == ("active", NOON + MONTH)


def test_resuming_on_success_stays_paused_until_it_is_paid(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}/pause", bill_for={"unused_time_from": {"type": "none"}})
    stage.world.decline(stage.card_of(customer))
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}/resume", payment_behavior="resume_on_payment_success")
    assert stage.subscription(sub)["status"] == "paused"
    stage.world.advance(DAY)
    assert stage.invoices(sub)[-1]["status"] == "void"


def test_the_other_rendering_of_a_subscription_that_is_not_paused(stage: Stage) -> None:
    stage.world.variants.status_details_when_not_paused = "null"
    sub = stage.subscribe()
    assert sub["status_details"] is None
