"""One-time links into the account page, which the host asks for on behalf of its signed-in customer."""

from datetime import datetime

from sqlmodel import Field, SQLModel

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
