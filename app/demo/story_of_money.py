"""The story of money: claims are answered by the policy, a duplicate goes back once, and nothing goes back unseen."""

import time
from collections.abc import Callable
from typing import Any

from app.demo.stage import SETTLE_SECONDS, Stage

Json = dict[str, Any]
ALARM_SECONDS = 60.0  # the job that judges what went back runs twice a minute


def play(stage: Stage, *, begins: int) -> None:
    """Cleo buys by the piece. Claims are judged by the wall clock, so all of this happens now."""
    payer = stage.desk.post("/v1/customers", email="cleo@example.com", name="Cleo", metadata={"uid": "cleo"})["id"]
    _no_ground(stage, payer, begins)
    _paid_twice(stage, payer, begins)
    _unseen(stage, payer, begins)


def _no_ground(stage: Stage, payer: str, begins: int) -> None:
    stage.narrator.scene("Cleo wants her money back", begins)
    stage.narrator.say(
        "Claims count for 24 hours of real time, so this happens now. These two are no grounds for a refund."
    )
    for order, reason, clause in (("order-1", "disliked", "1.2"), ("order-2", "forgot_to_cancel", "3.3")):
        claim = _claim(stage, reason, _pay(stage, payer, order))
        stage.narrator.claim(claim, as_expected=_answer(claim) == ("declined", clause))


def _paid_twice(stage: Stage, payer: str, begins: int) -> None:
    stage.narrator.scene("Cleo is charged twice for one order", begins)
    stage.narrator.say("She files a claim about each of the two payments. Stripe's own records prove the duplicate.")
    both = [_pay(stage, payer, "order-3"), _pay(stage, payer, "order-3")]
    claims = [_claim(stage, "charged_twice", charge) for charge in reversed(both)]
    _until(lambda: stage.host.claim(claims[0]["id"])["state"] == "refunded", SETTLE_SECONDS)
    paid = stage.host.claim(claims[0]["id"])
    stage.narrator.claim(paid, as_expected=(paid["state"], *_answer(paid)) == ("refunded", "approved", "2.2"))
    refunds = [refund["amount"] for charge in both for refund in _refunds(stage, charge)]
    stage.narrator.fact("Of two claims about two payments, one payment was refunded, once", true=refunds == [2000])


def _unseen(stage: Stage, payer: str, begins: int) -> None:
    stage.narrator.scene("Somebody refunds in Stripe's dashboard", begins)
    stage.narrator.say("No decision stands behind it. It is not undone, and it does not go unseen.")
    stage.narrator.say("The job that looks for it runs twice a minute …")
    stage.desk.post("/v1/refunds", charge=_pay(stage, payer, "order-4"))
    raised = _until(lambda: 'alarm="out_of_policy' in stage.host.metrics(), ALARM_SECONDS)
    stage.narrator.fact("An alarm was raised", true=raised)


def _pay(stage: Stage, payer: str, order: str) -> str:
    made = stage.desk.post(
        "/v1/payment_intents",
        customer=payer,
        amount=2000,
        currency="usd",
        payment_method="pm_card_visa",
        confirm=True,
        metadata={"order_id": order},
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
    )
    return str(made["latest_charge"])


def _claim(stage: Stage, reason: str, charge: str) -> Json:
    """Filed by support; once more while the charge's webhook is still on its way."""
    claim: Json = {}

    def is_known() -> bool:
        claim.update(stage.host.file_claim("cleo", reason, charge))
        return bool(claim["charge"])

    _until(is_known, SETTLE_SECONDS)
    return claim


def _answer(claim: Json) -> tuple[str, str]:
    decision = claim["decision"] or {"outcome": "none", "clause": "none"}
    return decision["outcome"], decision["clause"]


def _refunds(stage: Stage, charge: str) -> list[Json]:
    found: list[Json] = stage.desk.get("/v1/refunds", charge=charge)["data"]
    return found


def _until(true: Callable[[], bool], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while not (held := true()) and time.monotonic() < ends:
        time.sleep(0.3)
    return held
