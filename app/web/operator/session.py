"""Which operator is looking: signed in with a key of the settings, for a working day at most."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from secrets import token_urlsafe

from flask import session

from app.billing import operator_sessions
from app.errors import PaidthroughError
from app.settings import Settings
from app.web.session import here

LASTS = timedelta(hours=8)


class NotAnOperator(PaidthroughError):
    """No operator is signed in, or has been for too long."""


def is_on() -> bool:
    return bool(here().settings.operator_keys)


def sign_in(key: str) -> bool:
    """Whether the key is an operator's; every key is compared, so the time tells nothing about any of them."""
    presented = sha256(key.strip().encode()).digest()
    names = [name for name, each in _keys() if compare_digest(sha256(each.encode()).digest(), presented)]
    session.clear()
    if not names:
        return False
    session["operator"] = names[0]
    session["proof"] = _proof(names[0], key.strip())
    session["id"] = token_urlsafe(16)
    session["until"] = int((here().clock() + LASTS).timestamp())
    return True


def sign_out() -> None:
    """At the server too, so that a copy of the cookie is worth nothing."""
    if operator_or_none():
        operator_sessions.end(here(), str(session["id"]), lasts=LASTS)
    session.clear()


def operator() -> str:
    """The name of who is signed in; a key that was taken out of the settings ends its sessions.

    Raises:
        NotAnOperator: nobody is, or not any more.
    """
    name, proof = session.get("operator"), session.get("proof")
    if not isinstance(name, str) or here().clock().timestamp() >= session.get("until", 0):
        raise NotAnOperator
    if not any(each == name and compare_digest(_proof(name, key), str(proof)) for each, key in _keys()):
        raise NotAnOperator
    if not isinstance(session.get("id"), str) or operator_sessions.is_over(here(), session["id"]):
        raise NotAnOperator
    return name


def operator_or_none() -> str | None:
    try:
        return operator()
    except NotAnOperator:
        return None


def _keys() -> Iterator[tuple[str, str]]:
    settings: Settings = here().settings
    for pair in settings.operator_keys:
        name, _, key = pair.get_secret_value().partition(":")
        yield name.strip(), key


def _proof(name: str, key: str) -> str:
    """Says which key was used without giving it away: the cookie can be read by who has it."""
    secret = here().settings.secret_key.get_secret_value().encode()
    return digest(secret, f"{name}:{key}".encode(), "sha256").hex()
