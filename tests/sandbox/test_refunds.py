"""Refunds: whole, in parts, late, and failing days after they had succeeded."""

from __future__ import annotations

import pytest
import stripe

from tests.sandbox.stage import DAY, HOUR, Json, Stage


def charge_of(stage: Stage, charge: Json) -> Json:
    return stage.get("charges", charge["id"], "refunds")


def test_a_whole_refund(stage: Stage) -> None:
    charge = stage.pay(customer=stage.customer(email="a@example.com"))
    since = len(stage.world.events)
    made = stage.stripe.v1.refunds.create(
        {"charge": charge["id"], "reason": "duplicate", "metadata": {"claim": "7"}}, {"idempotency_key": "key-1"}
    )
    assert (made.status, made.amount, made.reason, made.payment_intent) == (
        "succeeded",
        2000,
        "duplicate",
        charge["payment_intent"],
    )
    after = charge_of(stage, charge)
    assert (after["refunded"], after["amount_refunded"], after["status"]) == (True, 2000, "succeeded")
    assert [it["id"] for it in after["refunds"]["data"]] == [made.id]
    assert stage.happened(since) == ["refund.created", "charge.refunded"]
    assert stage.last("refund.created")["request"]["idempotency_key"] == "key-1"
    moved = stage.stripe.v1.balance_transactions.retrieve(str(made.balance_transaction))
    assert (moved.amount, moved.type, moved.source) == (-2000, "refund", made.id)


def test_parts_add_up_to_the_whole(stage: Stage) -> None:
    charge = stage.pay()
    for amount, whole in ((500, False), (700, False), (800, True)):
        stage.stripe.v1.refunds.create({"payment_intent": charge["payment_intent"], "amount": amount})
        assert charge_of(stage, charge)["refunded"] is whole
    assert charge_of(stage, charge)["amount_refunded"] == 2000


def test_the_rest_is_refunded_when_no_amount_is_given(stage: Stage) -> None:
    charge = stage.pay()
    stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 1999})
    assert stage.stripe.v1.refunds.create({"charge": charge["id"]}).amount == 1


def test_lists_by_charge_and_by_intent_to_their_end(stage: Stage) -> None:
    charge, other = stage.pay(), stage.pay()
    made = []
    for amount in range(1, 6):
        made.append(stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": amount}).id)
        stage.world.advance(HOUR)
    stage.stripe.v1.refunds.create({"charge": other["id"]})
    by_charge = stage.stripe.v1.refunds.list({"charge": charge["id"], "limit": 2})
    assert [it.id for it in by_charge.auto_paging_iter()] == made[::-1]
    by_intent = stage.stripe.v1.refunds.list({"payment_intent": charge["payment_intent"]})
    assert [it.id for it in by_intent.data] == made[::-1]
    since = stage.get("refunds", made[3])["created"]
    recent = stage.stripe.v1.refunds.list({"charge": charge["id"], "created": {"gte": since}})
    assert [it.id for it in recent.data] == made[:2:-1]
    assert len(stage.stripe.v1.refunds.list().data) == 6


def test_a_waiting_refund_counts_already_and_settles_later(stage: Stage) -> None:
    charge = stage.pay()
    stage.world.next_refund(settles_in=2 * DAY)
    made = stage.stripe.v1.refunds.create({"charge": charge["id"]})
    assert (made.status, made.pending_reason, made.balance_transaction) == ("pending", "processing", None)
    assert charge_of(stage, charge)["refunded"] is True
    stage.world.advance(2 * DAY)
    assert stage.get("refunds", made.id)["status"] == "succeeded"
    previous = stage.last("refund.updated")["data"]["previous_attributes"]
    assert (previous["status"], previous["pending_reason"]) == ("pending", "processing")
    assert "pending_reason" not in stage.get("refunds", made.id)


def test_only_the_next_refund_waits(stage: Stage) -> None:
    stage.world.next_refund()
    first, second = (stage.stripe.v1.refunds.create({"charge": stage.pay()["id"]}) for _ in range(2))
    assert (first.status, second.status) == ("pending", "succeeded")


def test_a_success_fails_days_later_and_the_money_comes_back(stage: Stage) -> None:
    charge = stage.pay()
    made = stage.stripe.v1.refunds.create({"charge": charge["id"]})
    stage.world.advance(5 * DAY)
    since = len(stage.world.events)
    failed = stage.world.fail_refund(made.id, "lost_or_stolen_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    back = stage.get("balance_transactions", failed["failure_balance_transaction"])
    assert (back["amount"], back["type"], back["source"]) == (2000, "refund_failure", made.id)
    assert stage.happened(since) == ["refund.updated", "refund.failed"]
    assert stage.last("refund.updated")["data"]["previous_attributes"]["status"] == "succeeded"
    assert stage.last("refund.failed")["request"] == {"id": None, "idempotency_key": None}
    after = charge_of(stage, charge)
    assert (after["refunded"], after["amount_refunded"]) == (False, 0)
    assert stage.stripe.v1.refunds.create({"charge": charge["id"]}).status == "succeeded"


def test_a_waiting_refund_that_fails_had_moved_no_money(stage: Stage) -> None:
    stage.world.next_refund(settles_in=DAY)
    made = stage.stripe.v1.refunds.create({"charge": stage.pay()["id"]})
    failed = stage.world.fail_refund(made.id)
    assert "failure_balance_transaction" not in failed
    stage.world.advance(2 * DAY)
    assert stage.get("refunds", made.id)["status"] == "failed"


def test_without_funds_refunds_wait_until_there_are_some(stage: Stage) -> None:
    stage.world.empty_balance()
    made = stage.stripe.v1.refunds.create({"charge": stage.pay()["id"]})
    assert (made.status, made.pending_reason) == ("pending", "insufficient_funds")
    stage.world.fill_balance()
    assert stage.get("refunds", made.id)["status"] == "succeeded"
    assert stage.stripe.v1.refunds.create({"charge": stage.pay()["id"]}).status == "succeeded"


def test_a_refund_that_asks_the_customer_can_be_canceled(stage: Stage) -> None:
    charge = stage.pay(customer=stage.customer(email="a@example.com"))
    stage.world.next_refund("requires_action")
    made = stage.stripe.v1.refunds.create({"charge": charge["id"]})
    details = stage.get("refunds", made.id)["next_action"]["display_details"]
    assert details["email_sent"]["email_sent_to"] == "a@example.com"
    assert stage.stripe.v1.refunds.cancel(made.id).status == "canceled"
    assert stage.last("refund.updated")["data"]["previous_attributes"]["status"] == "requires_action"
    assert charge_of(stage, charge)["amount_refunded"] == 0


def test_metadata_is_told_with_what_it_was(stage: Stage) -> None:
    made = stage.stripe.v1.refunds.create({"charge": stage.pay()["id"], "metadata": {"a": "1"}})
    stage.stripe.v1.refunds.update(made.id, {"metadata": {"b": "2"}})
    assert stage.get("refunds", made.id)["metadata"] == {"a": "1", "b": "2"}
    assert stage.last("refund.updated")["data"]["previous_attributes"] == {"metadata": {"b": None}}


def test_the_banks_reference_comes_a_day_later(stage: Stage) -> None:
    made = stage.stripe.v1.refunds.create({"charge": stage.pay()["id"]})
    stage.world.advance(DAY)
    card = stage.get("refunds", made.id)["destination_details"]["card"]
    assert (card["reference_status"], len(card["reference"])) == ("available", 23)


def test_a_fraudulent_reason_blocks_the_card(stage: Stage) -> None:
    customer = stage.customer()
    card = stage.card_of(customer)
    charge = stage.pay(customer=customer, payment_method=card)
    stage.stripe.v1.refunds.create({"charge": charge["id"], "reason": "fraudulent"})
    assert charge_of(stage, charge)["fraud_details"] == {"user_report": "fraudulent"}
    with pytest.raises(stripe.CardError):
        stage.stripe.v1.payment_intents.create(
            {"amount": 900, "currency": "usd", "customer": customer, "payment_method": card, "confirm": True}
        )


def test_the_refund_of_a_renewal_leaves_its_invoice_paid(stage: Stage) -> None:
    sub = stage.subscribe()
    charge = stage.world.call("GET", "/v1/charges", customer=sub["customer"])["data"][0]
    stage.stripe.v1.refunds.create({"charge": charge["id"]})
    assert (stage.invoices(sub)[0]["status"], stage.subscription(sub)["status"]) == ("paid", "active")
