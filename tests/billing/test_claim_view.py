"""A list of claims reads the customer's account once, however many claims were answered with it."""

import pytest

from app.billing import claim_view
from app.billing.account import AccountSubscription, account_of
from app.billing.context import Context
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, Claims


@pytest.mark.parametrize("reasons", [(R.REST_OF_PERIOD,), (R.REST_OF_PERIOD, R.FORGOT_TO_CANCEL)])
def test_the_account_is_read_once(claims: Claims, monkeypatch: pytest.MonkeyPatch, reasons: tuple[R, ...]) -> None:
    subscription, charge = claims.subscribe()
    for reason in reasons:
        claims.file(reason, charge)
    read: list[str] = []

    def counted(context: Context, uid: str) -> tuple[AccountSubscription, ...]:
        read.append(uid)
        return account_of(context, uid)

    monkeypatch.setattr(claim_view, "account_of", counted)
    shown = claim_view.claims_view(claims.stage.context, ALICE)
    assert [each.can_cancel for each in shown] == [subscription] * len(reasons)
    assert read == [ALICE]


def test_nobody_reads_it_for_nothing(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.file(R.DISLIKED, claims.pay())
    monkeypatch.setattr(claim_view, "account_of", None)
    assert len(claim_view.claims_view(claims.stage.context, ALICE)) == 1
