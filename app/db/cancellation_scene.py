"""What a request to cancel or to resume finds: whose subscription it is, how the mirror shows it, and its clock."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.db.access import Access
from app.db.engine import Tx
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.db.test_clock import TestClock


class Scene(NamedTuple):
    """`resolved` is false where the mirror shows a guess; `frozen_time` is its test clock's time, if it has one."""

    uid: str | None
    body: str
    resolved: bool
    frozen_time: int | None


def scene(tx: Tx, subscription: str) -> Scene | None:
    """None for a subscription that the mirror does not have."""
    row = tx.execute(_SCENE, {"subscription": subscription}).first()
    return Scene(*row) if row else None


_access, _subscription, _clock = table_of(Access), table_of(Subscription), table_of(TestClock)
_SCENE = (
    select(_access.c.uid, _subscription.c.body, _subscription.c.resolved, _clock.c.frozen_time)
    .join_from(_access, _subscription, _subscription.c.id == _access.c.subscription)
    .join(_clock, _clock.c.id == _access.c.test_clock, isouter=True)
    .where(_access.c.subscription == bindparam("subscription"))
)
