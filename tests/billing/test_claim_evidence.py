"""Evidence: a file is what its content is, belongs to one user, and is handed out so that no browser runs it."""

import pytest

from app.billing.claim_evidence import LARGEST_FILE, EvidenceFile, FileRefusal, Upload, evidence_file
from app.billing.claim_view import claim_view
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, MALLORY, PNG, SCREENSHOT, Claims

GOOD = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + b"jpeg",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"webp",
    "application/pdf": b"%PDF-1.7\n" + b"pdf",
}
BAD = {
    "nothing": (b"", FileRefusal.EMPTY),
    "a page named like a picture": (b"<html><script>alert(1)</script>", FileRefusal.NOT_A_PICTURE_OR_PDF),
    "a drawing that can run scripts": (b"<svg onload='alert(1)'/>", FileRefusal.NOT_A_PICTURE_OR_PDF),
    "a program": (b"MZ\x90\0", FileRefusal.NOT_A_PICTURE_OR_PDF),
    "a sound in the container of WebP": (b"RIFF\x24\0\0\0WAVEfmt ", FileRefusal.NOT_A_PICTURE_OR_PDF),
    "a picture that begins late": (b" " + PNG, FileRefusal.NOT_A_PICTURE_OR_PDF),
    "half a signature": (PNG[:4], FileRefusal.NOT_A_PICTURE_OR_PDF),
    "30 MB": (PNG + bytes(30 * 1024 * 1024), FileRefusal.TOO_LARGE),
    "one byte too much": (PNG.ljust(LARGEST_FILE + 1, b"."), FileRefusal.TOO_LARGE),
}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("name", ["error.png", "page.html", "x"])
def test_the_content_tells_the_type(claims: Claims, kind: str, name: str) -> None:
    found = _served(claims, Upload(name=name, content=GOOD[kind]))
    assert (found.headers["Content-Type"], found.content) == (kind, GOOD[kind])


def test_the_largest_file_is_taken(claims: Claims) -> None:
    whole = PNG.ljust(LARGEST_FILE, b".")
    assert _served(claims, Upload(name="a.png", content=whole)).content == whole


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_named_and_does_not_lose_the_claim(claims: Claims, what: str) -> None:
    content, why = BAD[what]
    filed = claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[Upload(name="error.png", content=content)])
    assert [(each.name, each.why) for each in filed.refused_files] == [("error.png", why)]
    assert filed.refused_files[0].sentence
    assert filed.claim.state == "needs_information"
    assert claims.column("SELECT count(*) FROM evidence") == [0]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\error.png", "error.png"),
        ('a"; filename="b.html', 'a"; filename="b.html'),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("\0", "file"),
        ("", "file"),
        ("n" * 500 + ".png", "n" * 120),
        ("\ud800.png", ".png"),
    ],
)
def test_a_name_is_only_for_reading(claims: Claims, given: str, kept: str) -> None:
    found = _served(claims, Upload(name=given, content=PNG))
    assert found.row.name == kept
    assert found.headers == {
        "Content-Type": "image/png",
        "Content-Disposition": f'attachment; filename="{found.row.id}.png"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        "; sandbox",
        "Cache-Control": "private, no-store",
    }


def test_only_its_owner_and_operators_get_a_file(claims: Claims) -> None:
    name = _served(claims, SCREENSHOT).row.id
    context = claims.stage.context
    assert evidence_file(context, name, uid=ALICE) is not None
    assert evidence_file(context, name, uid=None, operator=True) is not None
    for uid in (MALLORY, "", None):
        assert evidence_file(context, name, uid=uid) is None
    assert evidence_file(context, "evidence_of_nobody", uid=ALICE) is None
    assert evidence_file(context, "evidence_of_nobody", uid=None, operator=True) is None


def test_the_same_file_in_two_claims_is_flagged_in_both(claims: Claims) -> None:
    first = claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[SCREENSHOT, SCREENSHOT]).claim.id
    other = Upload(name="other.png", content=PNG + b"of something else")
    second = claims.file(
        R.NOT_DELIVERED, claims.pay(MALLORY), MALLORY, evidence=[Upload(name="mine.png", content=PNG), other]
    ).claim.id
    assert _also_in(claims, first) == {"error.png": (second,)}
    assert _also_in(claims, second) == {"mine.png": (first,), "other.png": ()}


def test_a_claim_takes_five_files(claims: Claims) -> None:
    files = [Upload(name=f"{number}.png", content=PNG + bytes([number])) for number in range(7)]
    filed = claims.file(R.NOT_DELIVERED, claims.pay(), evidence=files)
    assert [each.name for each in filed.refused_files] == ["5.png", "6.png"]
    assert claims.column("SELECT count(*) FROM evidence") == [5]


def _served(claims: Claims, upload: Upload) -> EvidenceFile:
    filed = claims.file(R.NOT_DELIVERED, claims.pay(), evidence=[upload])
    assert (filed.refused_files, filed.claim.state) == ((), "referred")
    (name,) = claims.column("SELECT id FROM evidence")
    found = evidence_file(claims.stage.context, name, uid=ALICE)
    assert found is not None
    return found


def _also_in(claims: Claims, claim: str) -> dict[str, tuple[str, ...]]:
    view = claim_view(claims.stage.context, claim)
    assert view is not None
    return {each.name: each.also_in for each in view.evidence}
