"""Filing a claim: the same one is one, some are answered at once, and words stay words."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from app.billing.claim_filing import FiledBy
from app.billing.claim_view import claim_view
from app.errors import ClaimRefused
from app.policy.claim_reasons import ANSWERED_AT_ONCE
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import MALLORY, SCREENSHOT, Claims


def test_the_same_claim_twice_is_one(claims: Claims) -> None:
    charge = claims.pay()
    first = claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT])
    again = claims.file(R.NOT_DELIVERED, f" {charge} ", evidence=[SCREENSHOT])
    assert (first.is_new, again.is_new, again.claim.id) == (True, False, first.claim.id)
    assert claims.column("SELECT count(*) FROM refund_decision") == [1]


def test_the_same_claim_twice_at_once_is_one(claims: Claims) -> None:
    charge, together, filed = claims.pay(), Barrier(4), []

    def ask() -> None:
        together.wait(10)
        filed.append(claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT]))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len({each.claim.id for each in filed}) == 1
    assert sorted(each.is_new for each in filed) == [False, False, False, True]
    assert claims.column("SELECT count(*) FROM evidence") == [1]


def test_two_reasons_are_two_claims(claims: Claims) -> None:
    charge = claims.pay()
    ids = {claims.file(reason, charge).claim.id for reason in R}
    assert len(ids) == len(R)


def test_what_was_declined_can_be_claimed_again(claims: Claims) -> None:
    charge = claims.pay()
    first, second = claims.file(R.DISLIKED, charge), claims.file(R.DISLIKED, charge)
    assert first.claim.id != second.claim.id
    assert first.claim.open_key is None


@pytest.mark.parametrize("reason", sorted(ANSWERED_AT_ONCE))
def test_some_reasons_are_answered_at_once_without_stripe(claims: Claims, reason: R) -> None:
    charge = claims.pay()
    claims.stage.world.requests.clear()
    filed = claims.file(reason, charge)
    assert filed.decision is not None
    assert (filed.claim.state, filed.decision.clause) == ("declined", reason.clause)
    assert claims.stage.world.requests == []


def test_text_is_kept_as_text(claims: Claims) -> None:
    told = "<script>alert(1)</script>\r\nno\0 result\x1b[2J \u202egnp.exe\ud800 \U0001f937\u200d♀"
    filed = claims.file(R.SOMETHING_ELSE, claims.pay(), text=told)
    assert filed.claim.text == "<script>alert(1)</script>\nno result[2J gnp.exe \U0001f937\u200d♀"


def test_a_very_long_text_is_cut(claims: Claims) -> None:
    assert len(claims.file(R.SOMETHING_ELSE, claims.pay(), text="x" * 1_000_000).claim.text) == 5000


@pytest.mark.parametrize("uid", ["", "a\0b", "\ud800", "x" * 501])
def test_nobody_claims_nothing(claims: Claims, uid: str) -> None:
    with pytest.raises(ClaimRefused, match=r"^uid"):
        claims.file(R.DISLIKED, "1", uid)
    assert claims.column("SELECT count(*) FROM claim") == [0]


def test_support_records_when_it_was_contacted(claims: Claims) -> None:
    charge = claims.pay()
    claims.wait(hours=30)
    late = claims.file(R.NOT_DELIVERED, charge, evidence=[SCREENSHOT])
    contacted = claims.stage.clock.now - timedelta(hours=20)
    helped = claims.file(
        R.NOT_DELIVERED, charge, filed_by=FiledBy.SUPPORT, actor="sue", contacted_at=contacted, evidence=[SCREENSHOT]
    )
    assert (late.claim.state, helped.claim.state, helped.claim.contacted_at) == ("declined", "referred", contacted)
    view = claim_view(claims.stage.context, helped.claim.id)
    assert view is not None
    assert view.journal[0].actor == "sue"
    assert view.journal[0].detail["contacted_at"] == "2026-10-23T16:00:00+00:00"


@pytest.mark.parametrize(("by", "hours"), [(FiledBy.CUSTOMER, -1), (FiledBy.SUPPORT, 1)])
def test_nobody_dates_a_claim_back_by_themselves(claims: Claims, by: FiledBy, hours: int) -> None:
    contacted = claims.stage.clock.now + timedelta(hours=hours)
    with pytest.raises(ClaimRefused, match=r"^contacted_at"):
        claims.file(R.DISLIKED, "1", filed_by=by, contacted_at=contacted)


def test_a_customer_files_so_many_claims_a_day(claims: Claims) -> None:
    for number in range(20):
        claims.file(R.CHARGED_TWICE, f"unknown {number}")
    with pytest.raises(ClaimRefused, match="too many"):
        claims.file(R.CHARGED_TWICE, "one more")
    assert claims.file(R.CHARGED_TWICE, "one more", MALLORY).is_new
    claims.wait(days=1)
    assert claims.file(R.CHARGED_TWICE, "one more").is_new
