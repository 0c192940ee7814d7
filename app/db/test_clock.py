"""A rehearsal's clock: its subscriptions live at `frozen_time`."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, number, text
from app.db.types import EpochSeconds


class TestClock(Mirrored, table=True):
    __tablename__ = "test_clock"
    kind: ClassVar[str] = "test_helpers.test_clock"

    frozen_time: int | None = Field(default=None, sa_type=EpochSeconds)
    status: str | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "frozen_time": number(body, "frozen_time"),
            "status": text(body, "status"),
        }
