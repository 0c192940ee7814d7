"""Who is looking: a signed cookie that holds the user's id for a few hours."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, session

from app.billing.account_link import Invitation, end, fingerprint, is_open
from app.billing.context import Context
from app.errors import PaidthroughError

LASTS = timedelta(hours=4)
CONTEXT = "paidthrough"


class SessionOver(PaidthroughError):
    """Nobody is signed in, or has been for too long."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    uid: str
    return_url: str


def here() -> Context:
    """The context that the app was created with."""
    context: Context = current_app.extensions[CONTEXT]
    return context


def sign_in(invitation: Invitation, token: str) -> None:
    session.clear()
    session["uid"] = invitation.uid
    session["return_url"] = invitation.return_url
    session["link"] = fingerprint(token)
    session["until"] = int((here().clock() + LASTS).timestamp())


def sign_out() -> None:
    """At the server too, so that a copy of the cookie is worth nothing; only the way back is kept."""
    link = session.get("link")
    if isinstance(link, str):
        end(here(), link)
    return_url = session.get("return_url")
    session.clear()
    session["return_url"] = return_url


def visitor() -> Visitor:
    """Who is signed in.

    Raises:
        SessionOver: nobody is, or not any more.
    """
    if not isinstance(session.get("uid"), str) or here().clock().timestamp() >= session.get("until", 0):
        raise SessionOver
    if not is_open(here(), str(session.get("link")), session["uid"]):
        raise SessionOver
    return Visitor(uid=session["uid"], return_url=session["return_url"])


def came_by(token: str) -> bool:
    """Whether the one who is signed in came by this very link: a second click is no mistake."""
    try:
        visitor()
    except SessionOver:
        return False
    known: bool = session.get("link") == fingerprint(token)
    return known


def way_back() -> dict[str, Any]:
    """For every page: the host's address and its name, where they are known."""
    return back_to(session.get("return_url"))


def back_to(return_url: str | None) -> dict[str, Any]:
    return {"return_url": return_url, "return_host": urlsplit(return_url).hostname if return_url else None}
