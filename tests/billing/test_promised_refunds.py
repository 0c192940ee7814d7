"""Approved claims are refunded, and refunds have a decision: what breaks either promise is found."""

from datetime import timedelta

from prometheus_client import REGISTRY
from sqlalchemy import delete

from app.billing import out_of_policy, promises
from app.billing.promises import approved_claims_are_refunded, refunds_have_a_decision
from app.db.money_sighting import MoneySighting
from app.db.tables import table_of
from tests.billing.settling_stage import Settling


def test_an_approved_claim_is_found_until_its_refund_is_made(settling: Settling) -> None:
    pair = settling.same_order()
    claim = settling.approved(pair)
    context = settling.stage.context
    assert approved_claims_are_refunded(context) == []
    settling.stage.clock.advance(timedelta(hours=2))
    (found,) = approved_claims_are_refunded(context)
    assert found.about == claim
    assert f"{pair.extra} is not refunded (approved) since" in found.what
    settling.run()
    assert approved_claims_are_refunded(context) == []


def test_a_refund_of_ours_has_its_decision(settling: Settling) -> None:
    settling.approved(settling.same_order())
    settling.run()
    settling.stage.clock.advance(timedelta(hours=2))
    assert list(settling.stage.world.account.store.all("refund"))
    assert refunds_have_a_decision(settling.stage.context) == []


def test_a_refund_that_nobody_noticed_is_found_and_counted(settling: Settling) -> None:
    charge = settling.same_order().extra
    context = settling.stage.context
    refund = settling.stage.world.call("POST", "/v1/refunds", charge=charge, amount=300)["id"]
    settling.stage.deliver()
    settling.stage.clock.advance(timedelta(hours=2))
    assert refunds_have_a_decision(context) == []  # it waits to be judged
    with context.db.write() as tx:
        tx.execute(delete(table_of(MoneySighting)))
    (found,) = refunds_have_a_decision(context)
    assert found.about == refund
    assert f"300 usd of {charge}" in found.what
    assert promises.run(context) == 1
    assert REGISTRY.get_sample_value("paidthrough_broken_promises", {"promise": "refunds_have_a_decision"}) == 1


def test_a_refund_that_was_alarmed_is_known(settling: Settling) -> None:
    settling.stage.world.call("POST", "/v1/refunds", charge=settling.same_order().extra, amount=300)
    settling.stage.deliver()
    assert out_of_policy.run(settling.stage.context).raised == 1
    settling.stage.clock.advance(timedelta(hours=2))
    assert refunds_have_a_decision(settling.stage.context) == []
