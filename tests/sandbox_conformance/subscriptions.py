"""What becomes of subscriptions: ended, changed, paused, scheduled, tried out."""

from __future__ import annotations

from tests.sandbox_conformance.recorder import Recorder
from tests.sandbox_conformance.shop import Body, Prices, at, customer, sign_up


def cancels(record: Recorder, living: list[Body]) -> None:
    for offset in (0, 6):
        _, flag, portal, now, undone, _ = living[offset : offset + 6]
        details = {"comment": "Too dear", "feedback": "too_expensive"}
        record.post(at(flag), cancel_at_period_end=True, proration_behavior="none", cancellation_details=details)
        record.world.portal_cancel(portal["id"])
        record.delete(at(now), prorate=False, invoice_now=False)
        record.refused("DELETE", at(now))
        record.refused("POST", at(now), cancel_at_period_end=True)
        record.post(at(undone), cancel_at="min_period_end")
        record.post(at(undone), cancel_at="")
        record.post(at(undone), cancel_at_period_end=True)
        record.post(at(undone), cancel_at_period_end=False)


def changes(record: Recorder, prices: Prices, living: list[Body]) -> None:
    record.days(5)
    for offset in (0, 6):
        sub = living[offset + 5]
        item = sub["items"]["data"][0]["id"]
        record.post(at(sub), items=[{"id": item, "quantity": 3}], proration_behavior="create_prorations")
        record.post(at(sub), items=[{"price": prices.seat, "quantity": 2}], proration_behavior="always_invoice")
        record.post(at(sub), items=[{"id": item, "quantity": 1}], proration_behavior="none", metadata={"a": "b"})
        record.post(at(sub), default_payment_method="pm_card_mastercard", description="Upgraded")
    yearly = sign_up(record, prices, items=[{"price": prices.year}])
    record.delete(at(yearly), prorate=True, invoice_now=True)


def other_sign_ups(record: Recorder, prices: Prices) -> None:
    for ending in ("create_invoice", "cancel", "pause"):
        settings = {"end_behavior": {"missing_payment_method": ending}}
        owner = record.post("/v1/customers")["id"]
        sign_up(record, prices, customer=owner, trial_period_days=7, trial_settings=settings)
    trial = sign_up(record, prices, trial_period_days=10)
    record.post(at(trial), trial_end="now")
    sign_up(record, prices, trial_period_days=10, cancel_at_period_end=True)
    sign_up(record, prices, items=[{"price": prices.month}, {"price": prices.seat, "quantity": 4}])
    sign_up(record, prices, mode="flexible", items=[{"price": prices.month}, {"price": prices.year}])
    sign_up(record, prices, collection_method="send_invoice", days_until_due=14)
    sign_up(record, prices, card="pm_card_chargeCustomerFail")  # expires as incomplete
    sign_up(record, prices, payment_behavior="default_incomplete", expand=["latest_invoice.confirmation_secret"])
    record.refused("POST", "/v1/subscriptions", customer=customer(record)["id"], items=[{"price": prices.once}])


def pauses(record: Recorder, prices: Prices) -> None:
    for behavior in ("keep_as_draft", "mark_uncollectible", "void"):
        sub = sign_up(record, prices)
        record.post(at(sub), pause_collection={"behavior": behavior})
    record.post(at(sub), pause_collection="")
    paused = sign_up(record, prices)
    record.post(f"{at(paused)}/pause", bill_for={"unused_time_from": {"type": "now"}})
    record.days(2)
    record.post(f"{at(paused)}/resume", billing_cycle_anchor={"type": "now"})
    asleep = sign_up(record, prices)
    record.post(f"{at(asleep)}/pause")


def schedules(record: Recorder, prices: Prices) -> None:
    released, canceled = sign_up(record, prices), sign_up(record, prices)
    schedule = record.post("/v1/subscription_schedules", from_subscription=released["id"])
    record.refused("POST", at(released), cancel_at_period_end=True)
    record.post(f"/v1/subscription_schedules/{schedule['id']}/release")
    schedule = record.post("/v1/subscription_schedules", from_subscription=canceled["id"])
    record.post(f"/v1/subscription_schedules/{schedule['id']}/cancel", prorate=False, invoice_now=False)


def test_clocks(record: Recorder, prices: Prices) -> None:
    start = record.world.now
    clock = record.post("/v1/test_helpers/test_clocks", frozen_time=start, name="A year")
    path = f"/v1/test_helpers/test_clocks/{clock['id']}"
    owner = customer(record, test_clock=clock["id"])["id"]
    sub = sign_up(record, prices, customer=owner, trial_period_days=5)
    for days in (4, 6, 40):
        record.post(f"{path}/advance", frozen_time=start + days * 86400)
        record.world.advance(60)
        record.get(path)
        record.get(at(sub))
    record.get("/v1/subscriptions", test_clock=clock["id"])
    record.delete(path)
