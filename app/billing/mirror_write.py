"""Turn folded objects into rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from app.db import mirror_rows
from app.db.engine import Tx
from app.db.heads import StoredHead
from app.db.mirrored import MetadataKeys
from app.db.tables import MIRRORED
from app.policy.event_order import Entry
from app.policy.mirror_fold import Fold

LIVES_ON = "subscription"
"""The one kind whose `*.deleted` event does not delete the object: a canceled subscription can still be read."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a batch does to one object; `stored` is None for one that was not mirrored yet.

    `columns` are the typed columns of what the row will show, empty if its body stays.
    """

    kind: str
    object_id: str
    stored: StoredHead | None
    fold: Fold
    columns: dict[str, Any]

    @property
    def latest(self) -> Entry | None:
        """The entry that the row will show, if that is another one than it shows."""
        shown = self.fold.shown
        return None if shown is None or (self.stored and shown.id == self.stored.source) else shown

    @property
    def wants_fetch(self) -> bool:
        return bool(self.fold.hints) or (self.fold.head is not None and not self.fold.head.resolved)

    @property
    def is_gone(self) -> bool:
        """Deleted at Stripe, which has no more to say than that: the last full snapshot stays."""
        body = self.latest.body if self.latest else {}
        return body.get("deleted") is True and "created" not in body

    @property
    def subscription(self) -> str | None:
        if self.kind == "subscription":
            return self.object_id
        return self.columns.get("subscription") if self.kind in ("invoice", "checkout.session") else None


def change_of(kind: str, object_id: str, stored: StoredHead | None, fold: Fold, keys: MetadataKeys) -> Change:
    bare = Change(kind=kind, object_id=object_id, stored=stored, fold=fold, columns={})
    if bare.latest is None or bare.is_gone:
        return bare
    return replace(bare, columns=MIRRORED[kind].columns(bare.latest.body, keys))


def write_changes(tx: Tx, changes: Sequence[Change]) -> None:
    """Write each changed object: its whole row, or only where it stands."""
    whole: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    moved: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        if change.is_gone and change.latest:
            mirror_rows.mark_deleted(tx, change.kind, _stands(change, change.latest) | {"deleted": True})
        elif change.latest is not None:
            whole[change.kind].append(_row(change, change.latest))
        elif change.stored and change.fold.head != change.stored.head:
            moved[change.kind].append(_place(change))
    for kind, rows in whole.items():
        mirror_rows.upsert(tx, kind, rows)
    for kind, rows in moved.items():
        mirror_rows.move_heads(tx, kind, rows)


def _row(change: Change, shown: Entry) -> dict[str, Any]:
    return _stands(change, shown) | {
        "deleted": shown.is_deleted and change.kind != LIVES_ON,
        "body": orjson.dumps(shown.body).decode(),
        **change.columns,
    }


def _stands(change: Change, shown: Entry) -> dict[str, Any]:
    head = change.fold.head
    assert head is not None  # noqa: S101 - a fold that shows something stands somewhere
    return _place(change) | {"as_of": head.as_of, "uncertain_until": head.uncertain_until, "source": shown.id}


def _place(change: Change) -> dict[str, Any]:
    head = change.fold.head
    assert head is not None  # noqa: S101 - only called for objects that stand somewhere
    return {"id": change.object_id, "prior_at": head.prior_at, "resolved": head.resolved, "settled": head.settled}
