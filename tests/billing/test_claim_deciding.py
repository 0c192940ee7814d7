"""Deciding a claim: live facts, exact instants, and one decision however many decide at once."""

from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import orjson
import pytest

from app.billing import claim_facts
from app.billing.claim_deciding import decide, decide_waiting
from app.billing.claim_facts import Gathered
from app.billing.claim_view import claim_view
from app.billing.context import Context
from app.db.claim import ClaimRow
from app.policy.claim_reasons import ClaimReason as R
from app.policy.duplicate_verdict import NotYet, Unsettled
from tests.billing.claim_stage import ALICE, MALLORY, SCREENSHOT, Claims

LAST_INSTANT = timedelta(hours=24)
A_SECOND = timedelta(seconds=1)


def test_a_duplicate_is_approved_with_its_proof(claims: Claims) -> None:
    kept, extra = claims.pay_twice()
    filed = claims.file(R.CHARGED_TWICE, extra)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.outcome, filed.decision.clause) == ("approved", "approved", "2.2")
    proof = orjson.loads(filed.decision.proof or "")
    assert (proof["kept"], proof["extra"], proof["amount"]) == (kept, extra, 900)
    assert filed.decision.decided_by == "policy"
    assert len(filed.decision.policy_version) == 12


def test_the_pair_is_the_same_from_the_other_end(claims: Claims) -> None:
    kept, extra = claims.pay_twice()
    filed = claims.file(R.CHARGED_TWICE, kept)
    assert filed.decision is not None
    assert orjson.loads(filed.decision.proof or "")["extra"] == extra


def test_an_outsider_gets_nothing_for_it(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    filed = claims.file(R.CHARGED_TWICE, extra, MALLORY)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.reason) == ("needs_information", "order_not_found")
    assert claims.stage.world.requests == [] or "refund" not in str(claims.stage.world.requests[-1].path)


@pytest.mark.parametrize(
    ("late", "state"), [(-A_SECOND, "approved"), (timedelta(), "approved"), (A_SECOND, "declined")]
)
def test_the_window_of_a_duplicate(claims: Claims, late: timedelta, state: str) -> None:
    _, extra = claims.pay_twice()
    taken = claims.column("SELECT created FROM charge WHERE id = :id", id=extra)[0]
    claims.stage.clock.now = datetime.fromtimestamp(taken, claims.stage.clock.now.tzinfo) + LAST_INSTANT + late
    filed = claims.file(R.CHARGED_TWICE, extra)
    assert filed.claim.state == state
    view = claim_view(claims.stage.context, filed.claim.id)
    assert view is not None
    assert view.deadline == claims.stage.clock.now - late


@pytest.mark.parametrize(("late", "clause"), [(timedelta(), "2.1"), (A_SECOND, "2.3")])
def test_the_window_of_a_failure(claims: Claims, late: timedelta, clause: str) -> None:
    charge = claims.pay()
    claims.stage.clock.now += LAST_INSTANT + late
    filed = claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT])
    assert filed.decision is not None
    assert filed.decision.clause == clause


def test_a_claim_filed_before_the_charge_does_not_keep_its_place(claims: Claims) -> None:
    """Nobody files blank claims in advance, to name a charge when its time is over."""
    first = claims.file(R.NOT_DELIVERED, None, evidence=[SCREENSHOT])
    claims.stage.advance(minutes=1)
    charge = claims.pay()
    claims.stage.clock.now += LAST_INSTANT + timedelta(hours=1)
    completed = claims.complete(first.claim.id, order_number=charge)
    assert completed.decision is not None
    assert (completed.claim.state, completed.decision.clause) == ("declined", "2.3")


@pytest.mark.parametrize("standing", ["suspended", "terminated"])
def test_in_bad_standing_nothing_is_paid(claims: Claims, standing: str) -> None:
    _, extra = claims.pay_twice()
    with claims.stage.context.db.write() as tx:
        columns = "uid, standing, decided_at, reason, actor, decision"
        tx.exec_driver_sql(f"INSERT INTO standing ({columns}) VALUES ('alice', '{standing}', '2026-10-01', '', '', '')")
    filed = claims.file(R.CHARGED_TWICE, extra)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.clause) == ("declined", "4.1")


def test_with_stripe_away_the_claim_waits_and_a_job_decides_it(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    claims.stage.world.trouble.outage()
    filed = claims.file(R.CHARGED_TWICE, extra)
    assert (filed.claim.state, filed.decision) == ("filed", None)
    claims.wait(minutes=5)
    assert decide_waiting(claims.stage.context) == 0
    claims.stage.world.trouble.calm()
    assert decide_waiting(claims.stage.context) == 0
    claims.wait(minutes=15)
    assert decide_waiting(claims.stage.context) == 1
    assert claims.column("SELECT state FROM claim") == ["approved"]


def test_stopped_right_after_filing_a_job_decides_it(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    charge = claims.pay()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("app.billing.claim_deciding._decide", killed)
        with pytest.raises(KeyboardInterrupt):
            claims.file(R.DISLIKED, charge)
    claims.wait(minutes=2)
    assert decide_waiting(claims.stage.context) == 1
    assert claims.column("SELECT state FROM claim") == ["declined"]


def test_two_that_decide_at_once_make_one_decision(claims: Claims) -> None:
    _, extra = claims.pay_twice()
    claims.stage.world.trouble.outage()
    claim = claims.file(R.CHARGED_TWICE, extra).claim.id
    claims.stage.world.trouble.calm()
    both_have_read = Barrier(2)

    def gather(context: Context, row: ClaimRow) -> Gathered:
        found = claim_facts.gather(context, row)
        both_have_read.wait(20)
        return found

    threads = [Thread(target=decide, args=(claims.stage.context, claim), kwargs={"gather": gather}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert claims.column("SELECT outcome FROM refund_decision") == ["approved"]
    assert claims.column("SELECT what FROM claim_journal ORDER BY id") == ["filed", "decided"]
    assert claims.column("SELECT count(*) FROM settlement") == [1]


def test_what_is_not_settled_is_looked_at_again_less_and_less_often(claims: Claims) -> None:
    charge, looks = claims.pay(), []

    def unsettled(_context: Context, row: ClaimRow) -> Gathered:
        looks.append(claims.stage.clock.now)
        return Gathered(verdict=Unsettled(why=NotYet.CHECKOUT_OPEN), charged_at=(row.filed_at - A_SECOND,), seen={})

    claims.stage.world.trouble.outage()
    claim = claims.file(R.CHARGED_TWICE, charge).claim.id
    claims.wait(minutes=1)
    for _ in range(7):
        decided = decide(claims.stage.context, claim, gather=unsettled)
        assert (decided.claim.state, decided.claim.look_at is not None) == ("waiting", True)
        claims.stage.clock.now = decided.claim.look_at or claims.stage.clock.now
    assert claims.column("SELECT count(*) FROM refund_decision") == [1]
    gaps = [later - earlier for earlier, later in pairwise(looks[1:])]
    assert gaps == sorted(gaps)
    assert gaps[0] < gaps[-1] <= timedelta(minutes=15)


def test_one_claim_that_cannot_be_judged_does_not_stop_the_others(
    claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    charges = [claims.pay(), claims.pay(MALLORY)]
    claims.stage.world.trouble.outage()
    for charge, uid in zip(charges, (ALICE, MALLORY), strict=True):
        claims.file(R.CHARGED_TWICE, charge, uid)
    claims.stage.world.trouble.calm()

    def breaks(context: Context, row: ClaimRow) -> Gathered:
        if row.uid == ALICE:
            raise LookupError("broken")
        return claim_facts.gather(context, row)

    monkeypatch.setattr(decide, "__kwdefaults__", {**(decide.__kwdefaults__ or {}), "gather": breaks})
    claims.wait(minutes=15)
    assert decide_waiting(claims.stage.context) == 1
    assert claims.column("SELECT state FROM claim ORDER BY uid") == ["filed", "needs_information"]


def test_a_decision_never_changes(claims: Claims) -> None:
    claims.file(R.DISLIKED, claims.pay())
    for table in ("refund_decision", "claim_journal"):
        with pytest.raises(Exception, match="append only"), claims.stage.context.db.write() as tx:
            tx.exec_driver_sql(f"UPDATE {table} SET claim = 'other'")
