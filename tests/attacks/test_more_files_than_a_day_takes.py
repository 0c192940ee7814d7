"""Claim after claim comes with as many large files as one may bring."""

import pytest

from app.billing import claim_evidence
from app.billing.claim_evidence import FileRefusal, Upload
from app.policy.claim_reasons import ClaimReason
from tests.billing.claim_stage import ALICE, MALLORY, PNG, Claims


def test_one_user_sends_so_much_in_a_day(claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_evidence, "MOST_A_DAY", 2 * len(PNG))
    files = [Upload(name=f"{letter}.png", content=PNG[:-1] + letter.encode()) for letter in "abc"]
    filed = claims.file(ClaimReason.NOT_DELIVERED, claims.pay(), evidence=files)
    assert [(file.name, file.why) for file in filed.refused_files] == [("c.png", FileRefusal.TOO_MUCH_TODAY)]
    again = claims.file(ClaimReason.NOT_DELIVERED, claims.pay(), evidence=files[:1])
    assert [file.sentence for file in again.refused_files] == [
        "You have sent more than 50 MB today. Send it tomorrow, or write to support."
    ]
    assert not claims.file(ClaimReason.NOT_DELIVERED, claims.pay(MALLORY), MALLORY, evidence=files[:1]).refused_files
    claims.wait(days=1, seconds=1)
    assert not claims.complete(again.claim.id, uid=ALICE, evidence=files[2:]).refused_files
