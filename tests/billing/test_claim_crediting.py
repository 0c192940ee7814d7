"""An account credit that an operator orders is made at Stripe once, whatever happens in between."""

from datetime import timedelta
from typing import Any

import pytest

from app.billing import claim_operating as operating
from app.billing.claim_crediting import credit
from app.billing.out_of_policy import run as judge
from app.db.account_credit import credit_of
from app.errors import ClaimChanged, ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from app.policy.refund_outcome import Remedy
from app.policy.settlement_marks import credit_metadata
from tests.billing.claim_stage import ALICE, SCREENSHOT
from tests.billing.mortal import Killed, mortal
from tests.billing.settling_stage import Settling
from tests.support.standing import decide

BY: dict[str, Any] = {"operator": "olga", "why": "the renderer crashed"}
MOST_POINTS = 30


def due(settling: Settling) -> tuple[str, str]:
    """A claim of $9.00 for which a credit is due, and its customer."""
    charge = settling.claims.pay()
    claim = settling.claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT]).claim.id
    operating.confirm(settling.stage.context, claim, **BY)
    operating.rule_out(settling.stage.context, claim, Remedy.REPROCESS, **BY)
    return claim, settling.charge(charge)["customer"]


def order(settling: Settling, claim: str, amount: int = 700, **more: Any) -> str:
    state: str = credit(settling.stage.context, claim, amount, **BY | more).claim.state
    return state


def keys(settling: Settling) -> list[str]:
    return [
        it.idempotency_key
        for it in settling.world.requests
        if it.path.endswith("/balance_transactions") and it.method == "POST"
    ]


def test_a_credit_is_booked_on_the_balance_and_told(settling: Settling) -> None:
    claim, customer = due(settling)
    assert order(settling, claim) == "remedied"
    assert settling.changes_of_credit(customer) == [-700]
    assert settling.story(claim)[-2:] == ["credit_ordered", "credited"]
    assert settling.refund_calls() == []
    assert keys(settling) == [f"paidthrough:account_credit-{claim}-1"]
    settling.run_later()
    assert settling.changes_of_credit(customer) == [-700]
    assert judge(settling.stage.context).raised == 0


@pytest.mark.parametrize("amount", [0, -5, 901])
def test_no_more_than_the_charge(settling: Settling, amount: int) -> None:
    claim, customer = due(settling)
    with pytest.raises(ClaimRefused, match="at most what is left of the charge: 900 usd"):
        order(settling, claim, amount)
    assert (settling.state(claim), settling.changes_of_credit(customer)) == ("referred", [])


def test_a_credit_that_is_not_due_is_refused(settling: Settling) -> None:
    claim, _ = due(settling)
    with pytest.raises(ClaimChanged):
        order(settling, claim, version=1)
    with pytest.raises(ClaimRefused, match="made, not recorded"):
        operating.remedied(settling.stage.context, claim, Remedy.ACCOUNT_CREDIT, **BY)
    order(settling, claim)
    with pytest.raises(ClaimRefused, match="does not wait"):
        order(settling, claim)


@pytest.mark.parametrize("trouble", ["outage", "internal_error", "timeout_after_effect", "timeout_before_effect"])
def test_with_trouble_at_stripe_the_job_makes_it_once(settling: Settling, trouble: str) -> None:
    claim, customer = due(settling)
    getattr(settling.world.trouble, trouble)(1, only=f"POST /v1/customers/{customer}/balance_transactions")
    assert order(settling, claim) == "crediting"
    settling.run_until(lambda: settling.state(claim) == "remedied")
    assert settling.changes_of_credit(customer) == [-700]


def test_what_stripe_refuses_comes_back_to_the_operator(settling: Settling) -> None:
    claim, customer = due(settling)
    settling.world.call("DELETE", f"/v1/customers/{customer}")
    assert order(settling, claim) == "referred"
    assert settling.story(claim)[-2:] == ["credit_ordered", "credit_refused"]
    operating.rule_out(settling.stage.context, claim, Remedy.ACCOUNT_CREDIT, **BY)
    assert settling.state(claim) == "referred"


@pytest.mark.parametrize("amount", [-700, -5000, 700])
def test_a_credit_that_only_bears_our_marks_is_not_taken_for_ours(settling: Settling, amount: int) -> None:
    claim, customer = due(settling)
    forged = {"amount": amount, "currency": "usd", "metadata": credit_metadata(claim, 1)}
    settling.world.call("POST", f"/v1/customers/{customer}/balance_transactions", **forged)
    made = len(keys(settling))
    settling.stage.deliver()
    assert order(settling, claim) == "referred"
    assert settling.story(claim)[-2:] == ["credit_ordered", "credit_refused"]
    assert (settling.changes_of_credit(customer), len(keys(settling))) == ([amount], made)
    assert judge(settling.stage.context).raised == (1 if amount < 0 else 0)


def test_a_larger_credit_is_not_taken_for_a_lost_answer(settling: Settling) -> None:
    claim, customer = due(settling)
    path = f"/v1/customers/{customer}/balance_transactions"
    settling.world.trouble.timeout_before_effect(1, only=f"POST {path}")
    assert order(settling, claim) == "crediting"
    settling.world.call("POST", path, amount=-5000, currency="usd", metadata=credit_metadata(claim, 1))
    settling.run_later(timedelta(minutes=10))
    assert (settling.state(claim), settling.changes_of_credit(customer)) == ("referred", [-5000])
    assert judge(settling.stage.context).raised == 1


def test_who_lost_their_standing_meanwhile_gets_nothing(settling: Settling) -> None:
    claim, customer = due(settling)
    settling.world.trouble.outage(1, only=f"GET /v1/customers/{customer}/balance_transactions")
    assert order(settling, claim) == "crediting"
    decide(settling.stage, ALICE, "terminated")
    settling.run_later(timedelta(minutes=10))
    assert (settling.state(claim), settling.changes_of_credit(customer)) == ("referred", [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_wherever_it_is_killed_it_is_made_once(settling: Settling) -> None:
    for points in range(MOST_POINTS):
        claim, customer = due(settling)
        died = False
        with mortal(settling.stage, points, only_after=True) as context:
            try:
                credit(context, claim, 700, **BY)
            except Killed:
                died = True
        with settling.stage.context.db.read() as tx:
            ordered = credit_of(tx, claim) is not None
        settling.run_later()
        assert settling.state(claim) == ("remedied" if ordered else "referred")
        assert settling.changes_of_credit(customer) == ([-700] if ordered else [])
        if not died:
            assert points > 2
            return
    raise AssertionError("it dies for ever")
