"""Which signatures are good."""

import pytest
from stripe import WebhookSignature

from app.errors import BadSignature
from app.stripe_gateway.signature import verify

NOW = 1793880000
SECRET = "whsec_now"
BODY = '{"object":"event","name":"Zoë"}'.encode()


def sign(at: int = NOW, *, secret: str = SECRET, body: bytes = BODY) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret, at))


def check(
    header: str | None,
    *,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
    now: int = NOW,
    tolerance: int = 300,
) -> None:
    verify(body, header, secrets, now=now, tolerance=tolerance)


def test_ours_is_good() -> None:
    check(sign())


@pytest.mark.parametrize("secrets", [("whsec_old", SECRET), (SECRET, "whsec_old")])
def test_while_secrets_roll_each_is_good(secrets: tuple[str, ...]) -> None:
    check(sign(), secrets=secrets)


def test_stripe_may_sign_with_the_old_and_the_new_secret_at_once() -> None:
    old, new = (sign(secret=secret).partition(",v1=")[2] for secret in ("whsec_old", SECRET))
    check(f"t={NOW},v1={old},v1={new},v0=whatever")


@pytest.mark.parametrize("away", [-300, 300])
def test_as_far_as_the_tolerance_is_good_in_both_directions(away: int) -> None:
    check(sign(NOW + away))


@pytest.mark.parametrize("away", [-301, 301, -86400, 10**9])
def test_farther_is_bad_in_both_directions(away: int) -> None:
    with pytest.raises(BadSignature, match="time"):
        check(sign(NOW + away))


def test_the_time_is_the_one_given_and_not_the_wall_clocks() -> None:
    check(sign(1000), now=1000, tolerance=0)


GOOD = sign().partition(",v1=")[2]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "garbage",
        ",",
        "=",
        "t=",
        "v1=",
        f"v1={GOOD}",  # no time
        f"t={NOW}",  # no signature
        f"t={NOW},v1=",
        f"t={NOW},v1={'0' * 64}",
        f"t={NOW},v1={GOOD[:-1]}",
        f"t={NOW},v0={GOOD}",  # another scheme
        f"t={NOW},t={NOW},v1={GOOD}",
        f"t={NOW},t={NOW + 400},v1={GOOD}",
        f"t={NOW + 400},t={NOW},v1={GOOD}",
        f"t={NOW}.0,v1={GOOD}",
        f"t=+{NOW},v1={GOOD}",
        f"t= {NOW},v1={GOOD}",
        f"t={NOW}=1,v1={GOOD}",
        f"t={NOW - 1},v1={GOOD}",  # signed for another second
        f"t=-{NOW},v1={GOOD}",
        f"t={'9' * 5000},v1={GOOD}",
        f"t=\u0661\u0662\u0663,v1={GOOD}",
        f"t={NOW},t,v1={GOOD}",
        f"t={NOW},v1=\u00e9\u00e9",
        f"t={NOW},v1={GOOD}".upper(),
    ],
)
def test_anything_else_is_bad(header: str | None) -> None:
    with pytest.raises(BadSignature):
        check(header)


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", b"{}"])
def test_another_body_is_bad(body: bytes) -> None:
    with pytest.raises(BadSignature):
        check(sign(), body=body)


def test_a_body_that_is_not_utf8_is_bad() -> None:
    with pytest.raises(BadSignature, match="UTF-8"):
        check(sign(), body=b"\xff\xfe{}")


@pytest.mark.parametrize("secrets", [(), ("whsec_other",), ("",), (" \t\n",)])
def test_no_secret_of_ours_is_bad(secrets: tuple[str, ...]) -> None:
    with pytest.raises(BadSignature):
        check(sign(), secrets=secrets)


@pytest.mark.parametrize("secret", ["", " \t\n"])
def test_what_is_signed_with_a_blank_secret_is_bad_even_if_it_were_ours(secret: str) -> None:
    with pytest.raises(BadSignature):
        check(sign(secret=secret), secrets=(secret,))
