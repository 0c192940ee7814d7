"""What Stripe refuses to give back."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.attempts import Attempt, Refused, post
from tests.sandbox.stage import Json, Stage


def refund(**fields: Any) -> Attempt:
    """Of a payment of 2000."""
    return lambda stage: post(stage, "/v1/refunds", charge=stage.pay()["id"], **fields)


def refund_of(charge: Json, stage: Stage, **fields: Any) -> object:
    return post(stage, "/v1/refunds", charge=charge["id"], **fields)


def refunded(stage: Stage, amount: int = 2000) -> Json:
    charge = stage.pay()
    refund_of(charge, stage, amount=amount)
    return charge


def waiting(stage: Stage) -> Json:
    charge = stage.pay()
    stage.world.next_refund()
    refund_of(charge, stage)
    return charge


def failed(stage: Stage) -> Json:
    """The charge and its intent; a later attempt may still succeed."""
    intent = stage.stripe.v1.payment_intents.create({"amount": 2000, "currency": "usd"}).id
    with pytest.raises(stripe.CardError):
        stage.stripe.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_chargeCustomerFail"})
    return {"id": stage.get("payment_intents", intent)["latest_charge"], "payment_intent": intent}


def held(stage: Stage) -> Json:
    return stage.pay(capture_method="manual")


def disputed(stage: Stage) -> Json:
    charge = stage.pay()
    stage.world.dispute(charge["id"])
    return charge


def lost(stage: Stage) -> Json:
    charge = disputed(stage)
    stage.world.lose_dispute(stage.world.call("GET", "/v1/disputes", charge=charge["id"])["data"][0]["id"])
    return charge


def made(stage: Stage) -> str:
    return str(stage.world.call("POST", "/v1/refunds", charge=stage.pay()["id"])["id"])


REFUSED = {
    "of nothing": Refused(
        lambda s: post(s, "/v1/refunds", amount=5), "Missing", code="parameter_missing", param="charge"
    ),
    "of two things": Refused(
        lambda s: post(s, "/v1/refunds", charge=s.pay()["id"], payment_intent=s.pay()["payment_intent"]), "only specify"
    ),
    "of an unknown charge": Refused(
        lambda s: post(s, "/v1/refunds", charge="ch_x"), "No such", code="resource_missing", param="charge"
    ),
    "of an unknown intent": Refused(
        lambda s: post(s, "/v1/refunds", payment_intent="pi_x"),
        "No such",
        code="resource_missing",
        param="payment_intent",
    ),
    "of an empty charge": Refused(
        lambda s: post(s, "/v1/refunds", charge=""), "empty", code="parameter_invalid_empty", param="charge"
    ),
    "an unknown reason": Refused(refund(reason="regret"), "must be one of", param="reason"),
    "Stripe's own reason": Refused(refund(reason="expired_uncaptured_charge"), "must be one of", param="reason"),
    "an unknown parameter": Refused(
        refund(colour="red"), "unknown parameter", code="parameter_unknown", param="colour"
    ),
    "nothing": Refused(refund(amount=0), "positive", code="parameter_invalid_integer", param="amount"),
    "less than nothing": Refused(refund(amount=-5), "positive", code="parameter_invalid_integer", param="amount"),
    "an amount with cents": Refused(
        refund(amount="19.99"), "integer", code="parameter_invalid_integer", param="amount"
    ),
    "more than was paid": Refused(
        refund(amount=2001),
        "($20.01) is greater than charge amount ($20.00)",
        code="amount_too_large",
        param="amount",
    ),
    "more than is left": Refused(
        lambda s: refund_of(refunded(s, 1500), s, amount=501),
        "($5.01) is greater than unrefunded amount on charge ($5.00)",
        code="amount_too_large",
        param="amount",
    ),
    "twice": Refused(lambda s: refund_of(refunded(s), s), "already been refunded", code="charge_already_refunded"),
    "while it waits": Refused(lambda s: refund_of(waiting(s), s), "already", code="charge_already_refunded"),
    "what failed": Refused(lambda s: refund_of(failed(s), s), "failed", code="charge_not_refundable"),
    "an intent that failed": Refused(
        lambda s: post(s, "/v1/refunds", payment_intent=failed(s)["payment_intent"]),
        "successful charge",
        code="charge_not_refundable",
        param="payment_intent",
    ),
    "what is only held": Refused(lambda s: refund_of(held(s), s), "captured", code="charge_not_refundable"),
    "what is disputed": Refused(lambda s: refund_of(disputed(s), s), "charged back", code="charge_disputed"),
    "what was lost": Refused(lambda s: refund_of(lost(s), s), "charged back", code="charge_disputed"),
    "a disputed intent": Refused(
        lambda s: post(s, "/v1/refunds", payment_intent=disputed(s)["payment_intent"]),
        "charged back",
        code="charge_disputed",
    ),
    "long metadata": Refused(refund(metadata={"claim": "x" * 501}), "up to 500", param="metadata[claim]"),
    "cancel what succeeded": Refused(lambda s: s.stripe.v1.refunds.cancel(made(s)), "status of succeeded"),
    "cancel what waits for funds": Refused(
        lambda s: s.stripe.v1.refunds.cancel(
            s.world.call("GET", "/v1/refunds", charge=waiting(s)["id"])["data"][0]["id"]
        ),
        "status of pending",
    ),
    "change the amount": Refused(
        lambda s: post(s, f"/v1/refunds/{made(s)}", amount=5), "unknown", code="parameter_unknown", param="amount"
    ),
    "an unknown refund": Refused(
        lambda s: s.stripe.v1.refunds.retrieve("re_x"), "No such", code="resource_missing", param="id", status=404
    ),
    "list by customer": Refused(
        lambda s: s.stripe.raw_request("get", "/v1/refunds", customer="cus_x"),
        "unknown parameter",
        code="parameter_unknown",
        param="customer",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_stripe_refuses(stage: Stage, name: str) -> None:
    REFUSED[name].happens_on(stage)


def test_a_refused_refund_leaves_no_trace(stage: Stage) -> None:
    charge = disputed(stage)
    since = len(stage.world.events)
    with pytest.raises(stripe.InvalidRequestError):
        refund_of(charge, stage)
    assert stage.happened(since) == []
    assert stage.stripe.v1.refunds.list({"charge": charge["id"]}).data == []


def test_other_renderings_of_the_codes(stage: Stage) -> None:
    stage.world.variants.disputed_refund_code = "refund_disputed_payment"
    stage.world.variants.over_refund_has_code = False
    Refused(lambda s: refund_of(disputed(s), s), "charged back", code="refund_disputed_payment").happens_on(stage)
    Refused(refund(amount=2001), "greater than charge amount", param="amount").happens_on(stage)
