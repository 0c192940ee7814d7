"""The journal of access: transitions with the instant at which they happened, and the facts they were told by."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.db.types import EpochSeconds, UtcDateTime


class AccessTransition(SQLModel, table=True):
    """`happened_at` is the subscription's clock; `recorded_at` is ours. `facts` is what was known from then on."""

    __tablename__ = "access_transition"

    id: int | None = Field(default=None, primary_key=True)
    uid: str | None = Field(default=None, index=True)
    subscription: str = Field(index=True)
    item: str
    product: str
    transition: str
    happened_at: int = Field(sa_type=EpochSeconds)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    cause: str  # an event's id, or the job that noticed
    facts: str
