"""Disputes and early fraud warnings: a bank takes money back, or says that it will."""

from __future__ import annotations

import pytest
import stripe

from app.sandbox.world import SandboxRefusal
from tests.sandbox.stage import DAY, Stage


def test_a_dispute_takes_the_money_at_once(stage: Stage) -> None:
    charge = stage.pay()
    since = len(stage.world.events)
    made = stage.world.dispute(charge["id"], "duplicate")
    assert (made["status"], made["is_charge_refundable"], made["amount"]) == ("needs_response", False, 2000)
    assert [(it["amount"], it["fee"]) for it in made["balance_transactions"]] == [(-2000, 1500)]
    assert stage.happened(since) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert stage.get("charges", charge["id"])["disputed"] is True


def test_a_won_dispute_gives_the_money_back(stage: Stage) -> None:
    charge = stage.pay()
    made = stage.world.dispute(charge["id"])
    stage.stripe.v1.disputes.update(made["id"], {"evidence": {"product_description": "A plan"}})
    assert stage.get("disputes", made["id"])["status"] == "under_review"
    since = len(stage.world.events)
    won = stage.world.win_dispute(made["id"])
    assert sum(it["net"] for it in won["balance_transactions"]) == 0
    assert stage.happened(since) == [
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert stage.last("charge.dispute.updated")["data"]["previous_attributes"]["status"] == "under_review"
    assert stage.get("charges", charge["id"])["disputed"] is True


def test_an_inquiry_moves_nothing_and_leaves_refunds_possible(stage: Stage) -> None:
    charge = stage.pay()
    made = stage.world.dispute(charge["id"], status="warning_needs_response")
    assert (made["balance_transactions"], made["is_charge_refundable"]) == ([], True)
    assert stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 5}).status == "succeeded"
    stage.world.dispute_becomes(made["id"], "needs_response")
    assert stage.happened()[-1] == "charge.dispute.funds_withdrawn"
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        stage.stripe.v1.refunds.create({"charge": charge["id"]})


@pytest.mark.parametrize("status", ["lost", "prevented"])
def test_a_dispute_that_ends_against_us_keeps_the_money(stage: Stage, status: str) -> None:
    charge = stage.pay()
    made = stage.world.dispute_becomes(stage.world.dispute(charge["id"])["id"], status)
    assert sum(it["amount"] for it in made["balance_transactions"]) == -2000
    assert stage.happened()[-1] == "charge.dispute.closed"


def test_what_is_lost_may_be_appealed_and_won(stage: Stage) -> None:
    made = stage.world.dispute(stage.pay()["id"])["id"]
    for status in ("lost", "appeal_needs_response", "appeal_under_review", "won"):
        stage.world.dispute_becomes(made, status)
    assert stage.happened().count("charge.dispute.funds_withdrawn") == 1
    assert stage.happened().count("charge.dispute.funds_reinstated") == 1
    assert stage.happened().count("charge.dispute.closed") == 2


def test_an_unanswered_dispute_is_lost_and_an_inquiry_lapses(stage: Stage) -> None:
    disputed = stage.world.dispute(stage.pay()["id"])["id"]
    asked = stage.world.dispute(stage.pay()["id"], status="warning_needs_response")["id"]
    stage.world.advance(10 * DAY)
    lost, lapsed = (stage.get("disputes", it) for it in (disputed, asked))
    assert (lost["status"], lapsed["status"]) == ("lost", "warning_closed")
    assert lost["evidence_details"]["past_due"] is True


def test_giving_up_is_losing(stage: Stage) -> None:
    made = stage.world.dispute(stage.pay()["id"])["id"]
    assert stage.stripe.v1.disputes.close(made).status == "lost"


def test_evidence_may_be_kept_back(stage: Stage) -> None:
    made = stage.world.dispute(stage.pay()["id"])["id"]
    stage.stripe.v1.disputes.update(made, {"evidence": {"uncategorized_text": "x"}, "submit": False})
    kept = stage.get("disputes", made)
    assert (kept["status"], kept["evidence_details"]["has_evidence"]) == ("needs_response", True)


def test_disputes_are_found_by_charge_and_intent(stage: Stage) -> None:
    charge = stage.pay()
    made = stage.world.dispute(charge["id"])["id"]
    stage.world.dispute(stage.pay()["id"])
    assert [it.id for it in stage.stripe.v1.disputes.list({"charge": charge["id"]}).data] == [made]
    by_intent = stage.stripe.v1.disputes.list({"payment_intent": charge["payment_intent"]})
    assert [it.id for it in by_intent.data] == [made]


def test_a_dispute_stops_a_refund_that_waits(stage: Stage) -> None:
    charge = stage.pay()
    stage.world.next_refund(settles_in=5 * DAY)
    refund = stage.stripe.v1.refunds.create({"charge": charge["id"], "amount": 500}).id
    stage.world.dispute(charge["id"])
    stopped = stage.get("refunds", refund)
    assert (stopped["status"], stopped["failure_reason"]) == ("failed", "charge_for_pending_refund_disputed")


@pytest.mark.parametrize(
    ("status", "words"),
    [("won", "does not begin"), ("needs_response", "already disputed")],
)
def test_what_cannot_be_disputed(stage: Stage, status: str, words: str) -> None:
    charge = stage.pay()["id"]
    stage.world.dispute(charge)
    with pytest.raises(SandboxRefusal, match=words):
        stage.world.dispute(charge, status=status)


def test_a_fully_refunded_charge_cannot_be_disputed(stage: Stage) -> None:
    charge = stage.pay()["id"]
    stage.stripe.v1.refunds.create({"charge": charge})
    with pytest.raises(SandboxRefusal, match="fully refunded"):
        stage.world.dispute(charge)


def test_a_warning_is_actionable_until_the_money_is_gone(stage: Stage) -> None:
    for undo in (stage.world.dispute, lambda charge: stage.stripe.v1.refunds.create({"charge": charge})):
        charge = stage.pay()
        made = stage.world.early_fraud_warning(charge["id"], "made_with_stolen_card")
        assert (made["actionable"], made["payment_intent"]) == (True, charge["payment_intent"])
        assert stage.happened()[-1] == "radar.early_fraud_warning.created"
        undo(charge["id"])
        (found,) = stage.stripe.v1.radar.early_fraud_warnings.list({"charge": charge["id"]}).data
        assert (found.id, found.actionable) == (made["id"], False)
        assert stage.last("radar.early_fraud_warning.updated")["data"]["previous_attributes"] == {"actionable": True}
        assert stage.stripe.v1.radar.early_fraud_warnings.retrieve(made["id"]).fraud_type == "made_with_stolen_card"
