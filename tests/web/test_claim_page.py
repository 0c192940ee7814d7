"""A claim on its own page: what is asked for, what was given, and nobody else's business."""

import pytest

from tests.billing.claim_stage import ALICE, MALLORY, PNG, Claims
from tests.support.visitor import press, signed_in
from tests.web.claim_visitor import evidence_on, filed, picture, read, send_files

PDF, JPEG, WEBP = b"%PDF-1.7 ...", b"\xff\xd8\xff\xe0 ...", b"RIFF\x00\x00\x00\x00WEBPVP8 ..."


def not_delivered(claims: Claims) -> str:
    return claims.pay(order=f"order-{len(claims.charges())}")


def test_details_can_be_added_until_the_limit(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered")
    shown = read(client, page)
    assert "Details needed" in shown
    assert "Add what is missing Until 30 October 2026, 06:00 UTC." in shown
    added = send_files(client, page, f"{page}/details", picture(), text="It crashed.")
    assert added.location == page
    shown = read(client, page)
    assert "Thank you, we have added that." in shown
    assert "One of us is looking" in shown
    assert "It crashed." in shown
    assert "You filed this claim." in shown
    assert "You added details." in shown


@pytest.mark.parametrize(
    ("content", "name", "ending", "kind"),
    [
        (PNG, "a.txt", "png", "image/png"),
        (JPEG, "../../etc/passwd", "jpg", "image/jpeg"),
        (WEBP, "x.html", "webp", "image/webp"),
        (PDF, 'r"\r\nSet-Cookie: a=b.pdf', "pdf", "application/pdf"),
    ],
)
def test_evidence_comes_back_as_what_it_is(claims: Claims, content: bytes, name: str, ending: str, kind: str) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered", picture(content, name))
    path = evidence_on(client, page)
    got = client.get(path)
    assert got.data == content
    assert got.headers["Content-Type"] == kind
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment; filename=")
    assert got.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert "no-store" in got.headers["Cache-Control"]
    policy = got.headers["Content-Security-Policy"]
    assert all(word in policy for word in ("default-src 'none'", "frame-ancestors 'none'", "; sandbox"))
    assert "'self'" not in policy
    assert "Set-Cookie" not in got.headers


def test_an_outsider_finds_nothing(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered", picture())
    file = evidence_on(client, page)
    outsider = signed_in(claims.stage, MALLORY)
    assert [outsider.get(path).status_code for path in (page, file)] == [404, 404]
    for deed in ("details", "appeal", "withdraw"):
        assert press(outsider, f"{page}/{deed}", text="mine", on="/account").status_code == 404
    assert "You have no claims." in read(outsider, "/account/claims")
    stranger = claims.stage.browser()
    assert [stranger.get(path).status_code for path in (page, file, "/account/claims")] == [401, 401, 401]
    assert "One of us is looking" in read(client, page)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><script>alert(1)</script>", "not a PNG, JPEG or WebP picture and not a PDF"),
        (PNG + bytes(5 * 1024 * 1024), "larger than 5 MB"),
        (PNG + bytes(30 * 1024 * 1024), "larger than 5 MB"),
        (b"", "The file is empty."),
    ],
)
def test_a_file_that_is_not_taken_loses_nothing_else(claims: Claims, content: bytes, says: str) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered", picture(content, "shot.png"), text="My words")
    shown = read(client, page)
    assert "shot.png was not added." in shown
    assert says in shown
    assert "My words" in shown
    assert claims.column("SELECT count(*) FROM evidence") == [0]


def test_far_too_much_is_refused(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    refused = client.post(
        "/account/claims/new",
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(100 * 1024 * 1024)},
    )
    assert refused.status_code == 413
    assert "Too much at once" in refused.text


@pytest.mark.parametrize("path", ["/account/sign-out", "/operator/sign-in"])
def test_only_the_forms_with_files_take_much(claims: Claims, path: str) -> None:
    client = signed_in(claims.stage, ALICE)
    assert client.post(path, data={"much": "x" * 2_000_000}).status_code == 413


def test_nobody_uploads_who_is_not_signed_in(claims: Claims) -> None:
    refused = claims.stage.browser().post("/account/claims/new", data={"evidence": picture()[0]})
    assert refused.status_code == 401


def test_a_claim_can_be_taken_back(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered")
    assert press(client, f"{page}/withdraw", on=page).location == page
    shown = read(client, page)
    assert "Taken back You took this claim back. About" in shown  # and no answer that nobody gives any more
    assert "Add what is missing" not in shown
    again = press(client, f"{page}/details", on="/account", text="More")
    assert again.status_code == 422
    assert "The claim is decided; nothing can be added to it." in again.text


def test_adding_nothing_says_so(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, not_delivered(claims), "not_delivered")
    refused = press(client, f"{page}/details", on=page, text="  ")
    assert refused.status_code == 422
    assert "Nothing was added" in refused.text


def test_an_answer_that_invites_to_it_can_be_appealed_once(claims: Claims) -> None:
    claims.pay(order="order-1")
    other = claims.pay(order="order-2", customer=claims.column("SELECT customer FROM charge")[0])
    client = signed_in(claims.stage, ALICE)
    page = filed(client, other, "charged_twice")
    assert "Ask us to look again" in read(client, page)
    assert press(client, f"{page}/appeal", on=page, text=" ").status_code == 422
    assert send_files(client, page, f"{page}/appeal", picture(), text="See the receipt").location == page
    shown = read(client, page)
    assert "It is looked at once more." in shown
    assert "Ask us to look again" not in shown
    assert press(client, f"{page}/appeal", on="/account", text="Again").status_code == 422
    answers = claims.column("SELECT answers FROM refund_decision ORDER BY number")
    assert answers == [None, claims.column("SELECT id FROM refund_decision WHERE number = 1")[0]]


def test_what_is_final_cannot_be_appealed_here(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    page = filed(client, claims.pay(), "disliked")
    assert "Ask us to look again" not in read(client, page)
    assert press(client, f"{page}/appeal", on="/account", text="But").status_code == 422
    assert claims.column("SELECT count(*) FROM refund_decision") == [1]
