"""Reading the log of objects whose newest second must be decided once more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import orjson

from app.db import inbox
from app.db.engine import Tx
from app.db.heads import StoredHead
from app.policy.event_order import Entry
from app.policy.mirror_fold import needs_log


def read_logs(
    tx: Tx, heads: Mapping[str, StoredHead], entries: Mapping[str, Sequence[Entry]]
) -> Mapping[str, Sequence[Entry]]:
    """The stored entries around each object's second, for those objects that need them."""
    wanted = {
        object_id: _seconds(heads[object_id], found)
        for object_id, found in entries.items()
        if object_id in heads and needs_log(heads[object_id].head, found)
    }
    if not wanted:
        return {}
    logs: defaultdict[str, list[Entry]] = defaultdict(list)
    for stored in inbox.log_of(tx, wanted, set().union(*wanted.values())):
        if stored.created in wanted[stored.object_id]:
            logs[stored.object_id].append(_entry(stored))
    return logs


def _seconds(stored: StoredHead, entries: Sequence[Entry]) -> set[int]:
    head = stored.head
    around = {head.as_of} if head.prior_at is None else {head.as_of, head.prior_at}
    return around | {entry.created for entry in entries}


def _entry(stored: inbox.StoredEntry) -> Entry:
    data = orjson.loads(stored.body)["data"]
    return Entry(
        id=stored.id,
        type=stored.type,
        created=stored.created,
        body=data["object"],
        previous=data.get("previous_attributes"),
    )
