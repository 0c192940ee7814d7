"""One-time links into the account page, which the host asks for on behalf of its signed-in customer."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.types import UtcDateTime


class AccountSession(SQLModel, table=True):
    """Only the token's hash is kept: a copy of the database opens no account."""

    __tablename__ = "account_session"

    token_hash: str = Field(primary_key=True)
    uid: str
    return_url: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SessionRow(NamedTuple):
    uid: str
    return_url: str
    expires_at: datetime
    used_at: datetime | None


def add_session(
    tx: Tx, *, token_hash: str, uid: str, return_url: str, created_at: datetime, expires_at: datetime
) -> None:
    tx.execute(
        insert(AccountSession).values(
            token_hash=token_hash, uid=uid, return_url=return_url, created_at=created_at, expires_at=expires_at
        )
    )


def session_by_hash(tx: Tx, token_hash: str) -> SessionRow | None:
    found = tx.execute(select(*_COLUMNS).where(_TABLE.token_hash == token_hash)).one_or_none()
    return SessionRow._make(found) if found else None


def use_session(tx: Tx, token_hash: str, *, now: datetime) -> SessionRow | None:
    """Spend the link, if it can still be spent: of two that try at once, one gets it."""
    spend = (
        update(AccountSession)
        .where(_TABLE.token_hash == token_hash, _TABLE.used_at.is_(None), _TABLE.expires_at > now)
        .values(used_at=now)
        .returning(*_COLUMNS)
    )
    spent = tx.execute(spend).one_or_none()
    return SessionRow._make(spent) if spent else None


def end_session(tx: Tx, token_hash: str) -> None:
    """A cookie that came by this link opens nothing more, wherever it is."""
    tx.execute(delete(AccountSession).where(_TABLE.token_hash == token_hash))


def prune_sessions(tx: Tx, *, before: datetime) -> int:
    """Links that could be used no more by then."""
    return tx.execute(delete(AccountSession).where(_TABLE.expires_at < before)).rowcount


_TABLE = AccountSession.__table__.c  # type: ignore[attr-defined]
_COLUMNS = (_TABLE.uid, _TABLE.return_url, _TABLE.expires_at, _TABLE.used_at)
