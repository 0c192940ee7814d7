"""What decisions about a user's standing mean for each subscription that they found, by its own clock."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Field, SQLModel

from app.db.engine import Tx
from app.db.prepared import Prepared, replacing
from app.db.types import EpochSeconds


class SubscriptionStanding(SQLModel, table=True):
    """`decided_at` is `standing.decided_at` by the test clock's time, or the wall's. Paid time before `forfeited_until`
    stays forfeited; `at_stake_until` is forfeited by the newest loss of standing, unless that is annulled."""

    __tablename__ = "subscription_standing"

    subscription: str = Field(primary_key=True)
    uid: str
    decided_at: int = Field(sa_type=EpochSeconds)
    forfeited_until: int | None = Field(default=None, sa_type=EpochSeconds)
    at_stake_until: int | None = Field(default=None, sa_type=EpochSeconds)


_T = SQLModel.metadata.tables["subscription_standing"]
_WRITE = Prepared(lambda dialect: replacing(dialect, _T, _T.c.keys()))


def write_subscription_standings(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    _WRITE.run(tx, rows)
