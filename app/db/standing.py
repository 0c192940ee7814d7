"""The user's standing (policy clause 4.1); no row means good standing."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.db.types import UtcDateTime


class UserStanding(SQLModel, table=True):
    """The standing now; time before `forfeited_until` stays forfeited after a reinstatement."""

    __tablename__ = "standing"

    uid: str = Field(primary_key=True)
    standing: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    forfeited_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None
    actor: str | None = None
