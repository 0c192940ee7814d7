"""Taking what Stripe answered: unless an event of the object came in since the question, it is the newest there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import time_ns
from uuid import uuid4

import orjson

from app.billing.access_projection import record
from app.billing.context import Context
from app.billing.mirror_effects import ask_effects, causes_of
from app.billing.mirror_write import Change, change_of, write_changes
from app.billing.money_sightings import sight_fetched
from app.db import heads, inbox
from app.db.engine import Tx
from app.db.heads import StoredHead
from app.db.locks import lock
from app.db.mirrored import MetadataKeys
from app.db.prepared import one_trip
from app.policy.envelope import related_ids
from app.policy.event_order import FETCHED, Entry
from app.policy.mirror_fold import take_fetched
from app.stripe_gateway.fetching import Fetched


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedOutcome:
    """The ids that were taken, and those to ask for again because an event overtook the answer."""

    taken: frozenset[str]
    again: frozenset[str]


def apply_fetched(
    tx: Tx, context: Context, fetched: Sequence[Fetched], *, began_at: datetime, now: datetime
) -> FetchedOutcome:
    """Write the answers that nothing has overtaken, and bring access up to them."""
    lock(tx, {name for each in fetched for name in related_ids(each.body) | {each.id}})
    overtaken = inbox.stored_since(tx, [each.id for each in fetched], began_at)
    good = {each.id: each for each in fetched if each.id not in overtaken}
    if good:
        changes = _changes(tx, list(good.values()), context.metadata_keys)
        with one_trip(tx):
            inbox.store(tx, [_logged(change, now) for change in changes])
            write_changes(tx, changes)
            sight_fetched(tx, good.values(), now=now)
            effects = ask_effects(tx, changes)
        record(tx, effects(), now=now, grace=context.settings.renewal_grace, causes=causes_of(changes))
    return FetchedOutcome(taken=frozenset(good), again=frozenset(overtaken))


def _changes(tx: Tx, fetched: Sequence[Fetched], keys: MetadataKeys) -> list[Change]:
    stored = heads.ask(tx, {each.id for each in fetched})()
    return [_change(each, stored.get(each.id), keys) for each in fetched]


def _change(fetched: Fetched, stored: StoredHead | None, keys: MetadataKeys) -> Change:
    # Two answers of one second are told apart by the order in which they came.
    name = f"fetch_{time_ns():016x}{uuid4().hex[:16]}"
    entry = Entry(id=name, type=FETCHED, created=fetched.as_of, body=fetched.body)
    folded = take_fetched(stored.head if stored else None, entry, uncertain_until=fetched.uncertain_until)
    return change_of(fetched.kind, fetched.id, stored, folded, keys)


def _logged(change: Change, now: datetime) -> dict[str, object]:
    shown, head = change.fold.shown, change.fold.head
    assert shown is not None  # noqa: S101 - a fetched snapshot is always shown
    assert head is not None  # noqa: S101
    document = {"id": shown.id, "object": FETCHED, "created": head.as_of, "data": {"object": shown.body}}
    return inbox.fetched_row(
        change.kind,
        change.object_id,
        as_of=head.as_of,
        document=orjson.dumps(document).decode(),
        entry_id=shown.id,
        now=now,
    )
