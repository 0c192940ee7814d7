"""An object that Stripe does not know: it was deleted, if an event has said so; else nothing is known about it."""

from datetime import UTC, datetime

from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.db import inbox_known
from app.db.fetch_request import LeasedFetch
from app.stripe_gateway.fetched import Fetched

NEVER_OVERTAKEN = datetime.max.replace(tzinfo=UTC)
"""After its end an object has no event that could be newer than this answer."""


def take_deleted(context: Context, leased: LeasedFetch) -> None:
    """Without such an event the mirror keeps what it has: the API key may be another account's."""
    with context.db.read() as tx:
        at = inbox_known.deleted_at(tx, leased.object_id)
    if at is not None:
        body = {"id": leased.object_id, "object": leased.kind, "deleted": True}
        gone = Fetched(kind=leased.kind, id=leased.object_id, body=body, as_of=at, uncertain_until=at)
        take_fetched(context, [gone], began_at=NEVER_OVERTAKEN)
