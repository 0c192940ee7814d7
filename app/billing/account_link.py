"""The one-time link that takes a customer, whom the host has signed in, to their account page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from app.billing.context import Context
from app.db.account_session import add_session, end_session, session_by_hash, use_session
from app.db.engine import stored_or_refused

TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLink:
    url: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """A link that exists. `usable` turns false when it is used or too old; where it came from stays known."""

    uid: str
    return_url: str
    usable: bool


def offer_link(context: Context, *, uid: str, return_url: str) -> AccountLink:
    token, now = token_urlsafe(TOKEN_BYTES), context.clock()
    expires_at = now + timedelta(minutes=context.settings.account_session_minutes)
    with stored_or_refused(), context.db.write() as tx:
        add_session(
            tx,
            token_hash=fingerprint(token),
            uid=uid,
            return_url=return_url,
            created_at=now,
            expires_at=expires_at,
        )
    return AccountLink(url=f"{context.settings.public_url.rstrip('/')}/account/enter/{token}", expires_at=expires_at)


def look_at_link(context: Context, token: str) -> Invitation | None:
    """Without using it: mail scanners and link previews open links too."""
    with context.db.read() as tx:
        row = session_by_hash(tx, fingerprint(token))
    if row is None:
        return None
    usable = row.used_at is None and context.clock() < row.expires_at
    return Invitation(uid=row.uid, return_url=row.return_url, usable=usable)


def use_link(context: Context, token: str) -> Invitation | None:
    """What the link opens, once; None if it is used, too old or not ours."""
    with context.db.write() as tx:
        row = use_session(tx, fingerprint(token), now=context.clock())
    return row and Invitation(uid=row.uid, return_url=row.return_url, usable=True)


def is_open(context: Context, link: str, uid: str) -> bool:
    """Whether who came by the link of this fingerprint has not signed out."""
    with context.db.read() as tx:
        row = session_by_hash(tx, link)
    return row is not None and row.used_at is not None and row.uid == uid


def end(context: Context, link: str) -> None:
    with context.db.write() as tx:
        end_session(tx, link)


def fingerprint(token: str) -> str:
    return sha256(token.encode()).hexdigest()
