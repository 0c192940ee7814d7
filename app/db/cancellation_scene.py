"""What a request to cancel or to resume finds: whose subscription it is, how the mirror shows it, and its clock."""

from typing import NamedTuple

from sqlalchemy import and_, bindparam, select

from app.db.access import Access
from app.db.engine import Tx
from app.db.fetch_request import FetchRequest
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.db.test_clock import TestClock


class Scene(NamedTuple):
    """`trusted`: the mirror neither guesses nor waits for news; `frozen_time` is the time of a test clock."""

    uid: str | None
    body: str
    trusted: bool
    frozen_time: int | None


def scene(tx: Tx, subscription: str) -> Scene | None:
    """None for a subscription that the mirror does not have."""
    row = tx.execute(_SCENE, {"subscription": subscription}).first()
    return Scene(*row) if row else None


_access, _subscription, _wish, _clock = (table_of(it) for it in (Access, Subscription, FetchRequest, TestClock))
_SCENE = (
    select(
        _access.c.uid,
        _subscription.c.body,
        and_(_subscription.c.resolved, _wish.c.object_id.is_(None)),
        _clock.c.frozen_time,
    )
    .join_from(_access, _subscription, _subscription.c.id == _access.c.subscription)
    .join(_wish, _wish.c.object_id == _subscription.c.id, isouter=True)
    .join(_clock, _clock.c.id == _access.c.test_clock, isouter=True)
    .where(_access.c.subscription == bindparam("subscription"))
)
