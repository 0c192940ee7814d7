"""Clause 5.1: what is missing is asked for and can come later, until the time limit; the time of filing stays."""

from datetime import timedelta

import pytest

from app.billing.claim_completing import complete_claim
from app.billing.claim_deciding import expire_incomplete
from app.billing.claim_evidence import Upload
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason as R
from app.policy.claim_window import TIME_TO_COMPLETE
from tests.billing.claim_stage import ALICE, MALLORY, PNG, SCREENSHOT, Claims

A_SECOND = timedelta(seconds=1)


def test_what_is_missing_is_asked_for(claims: Claims) -> None:
    filed = claims.file(R.NOT_DELIVERED, None)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.missing) == ("needs_information", "order_number,evidence")
    assert filed.claim.complete_by == filed.claim.filed_at + TIME_TO_COMPLETE


def test_the_time_of_filing_stays(claims: Claims) -> None:
    charge = claims.pay()
    filed = claims.file(R.NOT_DELIVERED, charge)
    claims.wait(days=6)
    completed = claims.complete(filed.claim.id, evidence=[SCREENSHOT])
    assert completed.decision is not None
    assert (completed.claim.state, completed.decision.clause) == ("referred", "2.1")
    assert completed.claim.filed_at == filed.claim.filed_at
    assert completed.claim.complete_by is None


def test_a_number_that_comes_later(claims: Claims) -> None:
    charge = claims.pay()
    filed = claims.file(R.DISLIKED, None)
    assert claims.complete(filed.claim.id, order_number="wrong").claim.charge is None
    completed = claims.complete(filed.claim.id, order_number=charge)
    assert (completed.claim.charge, completed.claim.state) == (charge, "declined")


def test_more_words_join_the_first(claims: Claims) -> None:
    filed = claims.file(R.NOT_DELIVERED, None, text="It failed.")
    assert claims.complete(filed.claim.id, text="Twice.").claim.text == "It failed.\n\nTwice."


@pytest.mark.parametrize(("late", "state"), [(timedelta(), "needs_information"), (A_SECOND, "declined")])
def test_the_time_limit(claims: Claims, late: timedelta, state: str) -> None:
    claim = claims.file(R.NOT_DELIVERED, claims.pay()).claim
    claims.stage.clock.now = claim.filed_at + TIME_TO_COMPLETE + late
    expire_incomplete(claims.stage.context)
    assert claims.column("SELECT state FROM claim") == [state]
    if late:
        assert claims.column("SELECT reason FROM refund_decision ORDER BY number") == [
            "details_missing",
            "details_never_came",
        ]


def test_out_of_time_a_number_that_is_known_by_then_does_not_help(claims: Claims) -> None:
    claim = claims.file(R.NOT_DELIVERED, "order-9").claim
    claims.wait(days=8)
    expire_incomplete(claims.stage.context)
    with pytest.raises(ClaimRefused, match="decided"):
        claims.complete(claim.id, evidence=[SCREENSHOT])


def test_a_payment_that_reaches_the_mirror_later_is_found_by_a_job(claims: Claims) -> None:
    claims.file(R.DISLIKED, "order-9")
    charge = claims.pay(order="order-9")
    claims.wait(minutes=1)
    assert expire_incomplete(claims.stage.context) == 1
    assert claims.column("SELECT state FROM claim") == ["declined"]
    assert claims.column("SELECT charge FROM claim") == [charge]


def test_an_incomplete_claim_filed_twice_keeps_its_first_time(claims: Claims) -> None:
    charge = claims.pay()
    first = claims.file(R.NOT_DELIVERED, charge)
    claims.wait(hours=30)
    again = claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT])
    assert (again.is_new, again.claim.id, again.claim.state) == (False, first.claim.id, "referred")


@pytest.mark.parametrize("uid", [MALLORY, "", "alice "])
def test_nobody_else_adds_anything(claims: Claims, uid: str) -> None:
    claim = claims.file(R.NOT_DELIVERED, None).claim
    assert complete_claim(claims.stage.context, claim.id, uid=uid, actor=uid, order_number="1") is None
    assert claims.column("SELECT version FROM claim") == [claim.version]


def test_a_claim_that_is_unknown(claims: Claims) -> None:
    assert complete_claim(claims.stage.context, "claim_0", uid=ALICE, actor=ALICE) is None


def test_a_bad_file_does_not_lose_the_good_one(claims: Claims) -> None:
    claim = claims.file(R.NOT_DELIVERED, None).claim
    completed = claims.complete(
        claim.id, evidence=[Upload(name="a.png", content=b"<html>"), Upload(name="b", content=PNG)]
    )
    assert [each.name for each in completed.refused_files] == ["a.png"]
    assert claims.column("SELECT name FROM evidence") == ["b"]
