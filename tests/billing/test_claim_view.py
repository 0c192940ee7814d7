"""A list of claims reads each kind of thing once, and the account at most once, however many the claims are."""

import pytest
from sqlalchemy import event

from app.billing import claim_view
from app.billing.account import AccountSubscription, account_of
from app.billing.claim_evidence import Upload
from app.billing.context import Context
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, PNG, Claims


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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reads_do_not_grow_with_claims(claims: Claims) -> None:
    for number in range(3):
        _declined(claims, "few", number)
    for number in range(30):
        _declined(claims, "many", number)
    of_claims_decisions_evidence_twice_journal_and_charges = 6
    assert _reads(claims, "few") == _reads(claims, "many") == of_claims_decisions_evidence_twice_journal_and_charges


def test_each_claim_is_shown_with_what_is_its_own(claims: Claims) -> None:
    filed = [_declined(claims, ALICE, number) for number in range(3)]
    shown = {view.claim.id: view for view in claim_view.claims_view(claims.stage.context, ALICE)}
    assert list(shown) == [claim for claim, _ in reversed(filed)]
    for claim, charge in filed:
        view = shown[claim]
        assert view.charge is not None
        assert view.charge.charge == charge
        assert [decision.claim for decision in view.decisions] == [claim]
        assert [(file.claim, file.also_in) for file in view.evidence] == [(claim, tuple(sorted(set(shown) - {claim})))]
        assert [line.to_state for line in view.journal] == ["filed", "declined"]
        assert view == claim_view.claim_view(claims.stage.context, claim)


def _declined(claims: Claims, uid: str, number: int) -> tuple[str, str]:
    """A claim and its charge, a while after the last."""
    claims.stage.advance(hours=5)
    charge = claims.pay(uid)
    filed = claims.file(R.DISLIKED, charge, uid=uid, evidence=[Upload(name=f"{number}.png", content=PNG)])
    assert filed.claim.state == "declined"
    return filed.claim.id, charge


def _reads(claims: Claims, uid: str) -> int:
    seen, reader = [], claims.stage.context.db._reader

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(reader, "before_cursor_execute", count)
    claim_view.claims_view(claims.stage.context, uid)
    event.remove(reader, "before_cursor_execute", count)
    return len(seen)
