"""Files of closed claims go after a time; what they were stays."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

import app.cli as command
from app.billing.claim_evidence import evidence_file
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, SCREENSHOT, Claims
from tests.support.stage import stage


@pytest.fixture
def keeping(database_url: str) -> Iterator[Claims]:
    with stage(database_url, order_id_single_payment=True, evidence_retention_days=90) as acting:
        yield Claims(stage=acting)


def retention(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(command, "start", lambda: claims.stage.context)
    return CliRunner().invoke(command.cli, ["jobs", "run", "retention"]).output


def test_only_old_files_of_closed_claims_go(keeping: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = keeping.file(R.DISLIKED, keeping.pay(), evidence=[SCREENSHOT]).claim.id
    waits = keeping.file(R.NOT_DELIVERED, keeping.pay(), evidence=[SCREENSHOT]).claim.id
    assert "files 0" in retention(keeping, monkeypatch)
    keeping.wait(days=91)
    assert "files 1" in retention(keeping, monkeypatch)
    for claim, is_kept in ((closed, False), (waits, True)):
        (file,) = keeping.column("SELECT id FROM evidence WHERE claim = :claim", claim=claim)
        assert (evidence_file(keeping.stage.context, file, uid=ALICE) is not None) is is_kept
    assert len(set(keeping.column("SELECT sha256 FROM evidence"))) == 1
    assert set(keeping.column("SELECT size FROM evidence")) == {len(SCREENSHOT.content)}
    assert "files 0" in retention(keeping, monkeypatch)


def test_without_a_time_they_stay(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    claims.file(R.DISLIKED, claims.pay(), evidence=[SCREENSHOT])
    claims.wait(days=9999)
    assert "files 0" in retention(claims, monkeypatch)
