"""Renewals: the period moves first, the money follows an hour later, or does not."""

from app.sandbox.world import World
from tests.sandbox.stage import DAY, HOUR, NOON, Stage, staged

MONTH = 31 * DAY  # January 15 to February 15


def test_the_period_moves_at_once_and_the_draft_is_paid_an_hour_later(stage: Stage) -> None:
    sub = stage.subscribe()
    since = len(stage.world.events)
    stage.world.advance(MONTH)
    assert stage.happened(since) == ["invoice.created", "customer.subscription.updated"]
    renewed = stage.subscription(sub)
    assert renewed["status"] == "active"
    assert renewed["items"]["data"][0]["current_period_start"] == NOON + MONTH
    draft = stage.invoices(sub)[-1]
    assert (draft["status"], draft["automatically_finalizes_at"]) == ("draft", NOON + MONTH + HOUR)
    assert (draft["period_start"], draft["period_end"]) == (NOON, NOON + MONTH)
    stage.world.advance(HOUR - 1)
    assert stage.invoices(sub)[-1]["status"] == "draft"
    stage.world.advance(1)
    paid = stage.invoices(sub)[-1]
    assert (paid["status"], paid["billing_reason"]) == ("paid", "subscription_cycle")
    assert paid["lines"]["data"][0]["period"]["start"] == NOON + MONTH


def test_the_update_tells_the_former_items_and_invoice(stage: Stage) -> None:
    sub = stage.subscribe()
    stage.world.advance(MONTH)
    event = stage.last("customer.subscription.updated")
    previous = event["data"]["previous_attributes"]
    assert event["created"] == NOON + MONTH
    assert event["request"] == {"id": None, "idempotency_key": None}
    assert previous == {"items": {"data": sub["items"]["data"]}, "latest_invoice": sub["latest_invoice"]}


def test_events_carry_the_instant_at_which_each_thing_happened(stage: Stage) -> None:
    stage.subscribe()
    stage.world.advance(365 * DAY)
    times = [event["created"] for event in stage.world.events]
    assert times == sorted(times)
    assert stage.happened().count("invoice.paid") == 12  # the thirteenth is still a draft


def test_the_last_day_of_a_month_does_not_drift() -> None:
    with staged(World(1_801_396_800)) as stage:  # 2027-01-31 12:00 UTC
        sub = stage.subscribe()
        ends = []
        for _ in range(3):
            end = stage.subscription(sub)["items"]["data"][0]["current_period_end"]
            ends.append((end - 1_801_396_800) // DAY)
            stage.world.advance_to(end)
        assert ends == [28, 59, 89]


def test_items_of_different_intervals_renew_each_in_its_time(stage: Stage) -> None:
    items = [{"price": stage.monthly}, {"price": stage.yearly}]
    sub = stage.subscribe(items=items)
    stage.world.advance(MONTH + HOUR)
    first, second = stage.subscription(sub)["items"]["data"]
    assert first["current_period_start"] == NOON + MONTH
    assert second["current_period_start"] == NOON
    assert [line["amount"] for line in stage.invoices(sub)[-1]["lines"]["data"]] == [2000]


def test_a_failed_renewal_is_tried_again_until_it_is_paid(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.world.decline(stage.card_of(customer))
    since = len(stage.world.events)
    stage.world.advance(MONTH + HOUR)
    assert stage.happened(since)[-8:] == [
        "invoice.finalized",
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.updated",
        "invoice.payment_failed",
        "customer.updated",
        "customer.subscription.updated",
    ]
    invoice = stage.invoices(sub)[-1]
    assert stage.subscription(sub)["status"] == "past_due"
    assert (invoice["attempt_count"], invoice["next_payment_attempt"]) == (1, stage.world.now + 3 * DAY)
    stage.world.accept(stage.card_of(customer))
    stage.world.advance(3 * DAY)
    assert stage.subscription(sub)["status"] == "active"
    assert stage.invoices(sub)[-1]["attempt_count"] == 2


def test_after_the_last_retry_the_settings_decide() -> None:
    outcomes = {}
    for setting in ("cancel", "unpaid", "past_due", "pause"):
        with staged() as stage:
            stage.world.settings.after_last_retry = setting
            customer = stage.customer()
            sub = stage.subscribe(customer)
            stage.world.decline(stage.card_of(customer))
            stage.world.advance(MONTH + HOUR + 15 * DAY)
            outcomes[setting] = stage.subscription(sub)["status"]
            assert stage.invoices(sub)[-1]["attempt_count"] == 4
    assert outcomes == {"cancel": "canceled", "unpaid": "unpaid", "past_due": "past_due", "pause": "paused"}


def test_an_end_by_dunning_says_so(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    stage.world.decline(stage.card_of(customer))
    stage.world.advance(60 * DAY)
    ended = stage.last("customer.subscription.deleted")["data"]["object"]
    assert ended["cancellation_details"]["reason"] == "payment_failed"
    assert ended["ended_at"] == NOON + MONTH + HOUR + 15 * DAY
    assert stage.invoices(sub)[-1]["status"] == "open"
    assert stage.invoices(sub)[-1]["auto_advance"] is False


def test_collection_that_is_paused_keeps_voids_or_writes_off(stage: Stage) -> None:
    expected = {"keep_as_draft": "draft", "void": "void", "mark_uncollectible": "uncollectible"}
    for behavior, status in expected.items():
        sub = stage.subscribe()
        stage.stripe.v1.subscriptions.update(
            sub["id"], {"pause_collection": {"behavior": behavior}, "proration_behavior": "none"}
        )
        stage.world.advance_to(sub["items"]["data"][0]["current_period_end"] + 2 * HOUR)
        assert stage.subscription(sub)["status"] == "active"
        assert stage.invoices(sub)[-1]["status"] == status


def test_collection_resumes_by_itself(stage: Stage) -> None:
    sub = stage.subscribe()
    resumes_at = NOON + 40 * DAY
    pause = {"behavior": "void", "resumes_at": resumes_at}
    stage.world.call("POST", f"/v1/subscriptions/{sub['id']}", pause_collection=pause)
    stage.world.advance(60 * DAY)
    assert stage.subscription(sub)["pause_collection"] is None
    assert [it["status"] for it in stage.invoices(sub)] == ["paid", "void", "paid"]


def test_where_stripe_waits_for_an_endpoint_the_draft_stays_up_to_three_days(stage: Stage) -> None:
    stage.world.variants.finalization_waits_for_endpoint = True
    url = "http://127.0.0.1/webhooks"
    stage.world.call("POST", "/v1/webhook_endpoints", url=url, enabled_events=["*"])
    sub = stage.subscribe()
    stage.world.advance(MONTH + 5 * HOUR)
    assert stage.invoices(sub)[-1]["status"] == "draft"
    stage.world.deliver(lambda _url, _body, _headers: 200)
    stage.world.advance(HOUR)
    assert stage.invoices(sub)[-1]["status"] == "paid"


def test_a_credit_balance_pays_first(stage: Stage) -> None:
    customer = stage.customer(balance=-500)
    sub = stage.subscribe(customer)
    [invoice] = stage.invoices(sub)
    assert (invoice["total"], invoice["amount_due"], invoice["amount_paid"]) == (2000, 1500, 1500)
    assert (invoice["starting_balance"], invoice["ending_balance"]) == (-500, 0)
    assert stage.get("customers", customer)["balance"] == 0
