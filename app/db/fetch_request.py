"""Objects that must be asked for at Stripe, one row per object however often it is asked."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.db.types import UtcDateTime


class FetchRequest(SQLModel, table=True):
    """A wish; whoever holds the lease makes the call, outside any transaction."""

    __tablename__ = "fetch_request"
    __table_args__ = (Index("ix_fetch_request_due_at", "due_at"),)

    object_id: str = Field(primary_key=True)
    object_kind: str
    why: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None
