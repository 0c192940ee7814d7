"""Requests to cancel or to resume a subscription: recorded before Stripe is called, repeated until Stripe has them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.db.types import EpochSeconds, UtcDateTime


class RequestState(StrEnum):
    """`recorded` goes to `done` or `refused`; a later request for the same subscription makes it `superseded`."""

    RECORDED = "recorded"  # committed here, not yet known to be at Stripe
    DONE = "done"  # Stripe has it
    REFUSED = "refused"  # Stripe said that it cannot be done
    SUPERSEDED = "superseded"


class CancellationRequest(SQLModel, table=True):
    """Who asked for what, when, and which period it found. `id` is part of the idempotency key of its calls."""

    __tablename__ = "cancellation_request"
    __table_args__ = (Index("ix_cancellation_request_due", "state", "due_at"),)

    id: str = Field(primary_key=True)
    subscription: str = Field(index=True)
    uid: str | None = Field(default=None, index=True)
    action: str  # "cancel" or "resume"
    actor: str
    why: str | None = None
    period_end: int | None = Field(default=None, sa_type=EpochSeconds)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease: str | None = None
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_schedule: str | None = None
    outcome: str | None = None
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
