"""What access depends on, one row per subscription: the facts, and when somebody has to look at them again."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.db.types import EpochSeconds


class Access(SQLModel, table=True):
    """`facts` is the compact encoding of `AccessFacts`; the answer is computed from it and the clock on every read.
    `answers` are those at every instant, computed beforehand; they count only while they fit the facts.

    `flips_at` and `look_at` are epoch seconds of the subscription's own clock (its test clock's, or the wall's):
    when the next transition is due for the journal, and when Stripe is to be asked before anybody is locked out.
    `journalled_to` is the instant up to which the journal is complete.
    """

    __tablename__ = "access"
    __table_args__ = (
        Index("ix_access_flips_at", "flips_at"),
        Index(
            "ix_access_look_at",
            "look_at",
            sqlite_where=text("look_at IS NOT NULL"),
            postgresql_where=text("look_at IS NOT NULL"),
        ),
    )

    subscription: str = Field(primary_key=True)
    uid: str | None = Field(default=None, index=True)
    customer: str | None = Field(default=None, index=True)
    test_clock: str | None = Field(default=None, index=True)
    facts: str
    answers: str | None = None
    flips_at: int | None = Field(default=None, sa_type=EpochSeconds)
    look_at: int | None = Field(default=None, sa_type=EpochSeconds)
    journalled_to: int = Field(sa_type=EpochSeconds)
