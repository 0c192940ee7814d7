"""Payment intents whose money is only held: captured, released, or forgotten for seven days."""

from __future__ import annotations

import pytest

from tests.sandbox.stage import DAY, Json, Stage


def held(stage: Stage, amount: int = 2000) -> Json:
    return stage.pay(amount, capture_method="manual")


def test_a_hold_has_moved_no_money(stage: Stage) -> None:
    charge = held(stage)
    assert (charge["status"], charge["captured"], charge["amount_captured"]) == ("succeeded", False, 0)
    assert charge["balance_transaction"] is None
    intent = stage.get("payment_intents", charge["payment_intent"])
    assert (intent["status"], intent["amount_capturable"], intent["amount_received"]) == ("requires_capture", 2000, 0)
    assert stage.happened()[-2:] == ["charge.succeeded", "payment_intent.amount_capturable_updated"]


@pytest.mark.parametrize("amount", [2000, 1200])
def test_a_capture_takes_it_and_releases_the_rest(stage: Stage, amount: int) -> None:
    charge = held(stage)
    made = stage.stripe.v1.payment_intents.capture(charge["payment_intent"], {"amount_to_capture": amount})
    assert (made.status, made.amount_received, made.amount_capturable) == ("succeeded", amount, 0)
    after = stage.get("charges", charge["id"])
    assert (after["captured"], after["amount_captured"], after["amount_refunded"]) == (True, amount, 2000 - amount)
    assert stage.happened()[-2:] == ["charge.captured", "payment_intent.succeeded"]
    assert stage.stripe.v1.refunds.create({"charge": charge["id"]}).amount == amount


@pytest.mark.parametrize("leaves_refund", [True, False])
def test_a_canceled_hold_looks_refunded(stage: Stage, leaves_refund: bool) -> None:
    stage.world.variants.released_hold_is_a_refund = leaves_refund
    charge = held(stage)
    stage.stripe.v1.payment_intents.cancel(charge["payment_intent"])
    after = stage.get("charges", charge["id"], "refunds")
    assert (after["captured"], after["refunded"], after["amount_refunded"]) == (False, True, 2000)
    assert [it["balance_transaction"] for it in after["refunds"]["data"]] == [None] * leaves_refund
    assert stage.happened()[-2:] == ["charge.refunded", "payment_intent.canceled"]


def test_a_forgotten_hold_expires(stage: Stage) -> None:
    charge = held(stage)
    stage.world.advance(7 * DAY)
    assert stage.happened()[-2:] == ["charge.expired", "payment_intent.canceled"]
    (released,) = stage.stripe.v1.refunds.list({"charge": charge["id"]}).data
    assert released.reason == "expired_uncaptured_charge"
    assert stage.get("payment_intents", charge["payment_intent"])["cancellation_reason"] == "automatic"


def test_a_captured_hold_does_not_expire(stage: Stage) -> None:
    intent = held(stage)["payment_intent"]
    stage.stripe.v1.payment_intents.capture(intent)
    stage.world.advance(8 * DAY)
    assert stage.get("payment_intents", intent)["status"] == "succeeded"


def test_a_held_payment_pays_its_invoice_when_captured(stage: Stage) -> None:
    sub = stage.subscribe(stage.customer(card=None), payment_behavior="default_incomplete")
    charge = stage.pay(customer=sub["customer"], capture_method="manual")
    stage.stripe.v1.invoices.attach_payment(sub["latest_invoice"], {"payment_intent": charge["payment_intent"]})
    assert stage.invoices(sub)[0]["status"] == "open"
    stage.stripe.v1.payment_intents.capture(charge["payment_intent"])
    assert stage.invoices(sub)[0]["status"] == "paid"
