"""The inbox: every event that was answered 2xx and every fetched snapshot, as it came. It is the log of each object."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.db.types import EpochSeconds, UtcDateTime


class InboxState(StrEnum):
    """Where an event stands; only `failed` goes on by itself."""

    APPLIED = "applied"  # the mirror has taken it into account
    STALE = "stale"  # older than what the mirror shows
    HINT = "hint"  # its body is not used; the object is fetched
    IGNORED = "ignored"  # not ours: another mode, account, or nothing to mirror
    FAILED = "failed"  # applying it raised; tried again with backoff
    QUARANTINED = "quarantined"  # tried often enough; waits for a person


class InboxEvent(SQLModel, table=True):
    """One entry. `created` is Stripe's clock; the other instants are ours."""

    __tablename__ = "inbox_event"
    __table_args__ = (
        Index("ix_inbox_event_object", "object_id", "created"),
        Index(
            "ix_inbox_event_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    type: str
    object_kind: str | None = None
    object_id: str | None = None
    created: int = Field(sa_type=EpochSeconds)
    api_version: str | None = None
    request_idempotency_key: str | None = None
    body: str
    state: str
    why: str | None = None
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    applied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
