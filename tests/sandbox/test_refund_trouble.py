"""Trouble on the way to a refund: lost answers, keys that replay and keys that were forgotten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import stripe

from tests.sandbox.stage import DAY, Json, Stage

KEY: stripe.RequestOptions = {"idempotency_key": "refund-1"}
Deed = Callable[[Stage, Json], object]


def refund(stage: Stage, charge: Json) -> stripe.Refund:
    return stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 700}, KEY)


def adjust(stage: Stage, charge: Json) -> object:
    made = {"amount": 700, "currency": "usd"}
    return stage.stripe.v1.customers.balance_transactions.create(charge["customer"], made, KEY)  # type: ignore[arg-type]


def credit(stage: Stage, charge: Json) -> object:
    payment = {"type": "payment_intent", "payment_intent": charge["payment_intent"]}
    invoice = stage.world.call("GET", "/v1/invoice_payments", payment=payment)["data"][0]["invoice"]
    return stage.stripe.v1.credit_notes.create({"invoice": invoice, "amount": 700, "refund_amount": 700}, KEY)


DEEDS: dict[str, tuple[Deed, str]] = {
    "a refund": (refund, "refund.created"),
    "an adjustment": (adjust, "customer.updated"),
    "a credit note": (credit, "credit_note.created"),
}


@pytest.fixture(params=DEEDS)
def deed(request: pytest.FixtureRequest) -> tuple[Deed, str]:
    return DEEDS[request.param]


@pytest.fixture
def charge(stage: Stage) -> Json:
    """Of a subscription's first invoice."""
    customer = stage.subscribe()["customer"]
    found: Json = stage.world.call("GET", "/v1/charges", customer=customer)["data"][0]
    return found


def done(stage: Stage, kind: str, since: int) -> int:
    return stage.happened(since).count(kind)


def test_a_lost_answer_is_replayed(stage: Stage, charge: Json, deed: tuple[Deed, str]) -> None:
    act, kind = deed
    since = len(stage.world.events)
    stage.world.trouble.timeout_after_effect()
    with pytest.raises(stripe.APIConnectionError):
        act(stage, charge)
    assert done(stage, kind, since) == 1
    act(stage, charge)
    assert done(stage, kind, since) == 1


def test_nothing_has_happened_before_the_effect(stage: Stage, charge: Json, deed: tuple[Deed, str]) -> None:
    act, kind = deed
    since = len(stage.world.events)
    stage.world.trouble.timeout_before_effect()
    with pytest.raises(stripe.APIConnectionError):
        act(stage, charge)
    assert done(stage, kind, since) == 0
    act(stage, charge)
    assert done(stage, kind, since) == 1


def test_after_a_day_the_same_key_does_it_again(stage: Stage, charge: Json, deed: tuple[Deed, str]) -> None:
    act, kind = deed
    since = len(stage.world.events)
    act(stage, charge)
    stage.world.advance(DAY - 1)
    act(stage, charge)
    assert done(stage, kind, since) == 1
    stage.world.advance(1)
    act(stage, charge)
    assert done(stage, kind, since) == 2


def test_a_kept_500_hides_that_nothing_happened(stage: Stage, charge: Json, deed: tuple[Deed, str]) -> None:
    act, kind = deed
    since = len(stage.world.events)
    stage.world.trouble.internal_error()
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            act(stage, charge)
    assert done(stage, kind, since) == 0


def test_a_key_in_use_is_not_kept(stage: Stage, charge: Json, deed: tuple[Deed, str]) -> None:
    act, kind = deed
    since = len(stage.world.events)
    stage.world.trouble.key_in_use()
    with pytest.raises(stripe.StripeError) as refused:
        act(stage, charge)
    assert refused.value.http_status == 409
    act(stage, charge)
    assert done(stage, kind, since) == 1


def test_a_key_belongs_to_its_parameters(stage: Stage, charge: Json) -> None:
    refund(stage, charge)
    with pytest.raises(stripe.IdempotencyError):
        stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 701}, KEY)


def test_a_replay_tells_what_was_not_what_is(stage: Stage, charge: Json) -> None:
    made = refund(stage, charge)
    stage.world.fail_refund(made.id)
    assert refund(stage, charge).status == "succeeded"
    assert stage.get("refunds", made.id)["status"] == "failed"


def test_a_refusal_is_replayed_although_it_holds_no_longer(stage: Stage, charge: Json) -> None:
    dispute = stage.world.dispute(charge["id"])["id"]
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="charged back"):
            refund(stage, charge)
        if stage.get("disputes", dispute)["status"] != "won":
            stage.world.win_dispute(dispute)
    other: stripe.RequestOptions = {"idempotency_key": "refund-2"}
    assert stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 700}, other).status == "succeeded"


def test_an_outage_and_a_lock_refuse_a_refund(stage: Stage, charge: Json) -> None:
    stage.world.trouble.outage(1, only="POST /v1/refunds")
    stage.world.trouble.lock_timeout(1, only="POST /v1/refunds")
    for error in (stripe.APIError, stripe.RateLimitError):
        with pytest.raises(error):
            refund(stage, charge)
    assert refund(stage, charge).status == "succeeded"
