"""Erases who a user is from everything that is held about them; what happened, and why, stays."""

from dataclasses import asdict, dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

import orjson

from app.billing.claim_moves import SETTLED
from app.billing.context import Context
from app.db import erasure, personal_reads, personal_writes
from app.db.engine import Tx
from app.db.locks import lock
from app.db.mirrored import MetadataKeys
from app.db.personal_reads import Held, Row
from app.db.tables import MIRRORED
from app.errors import PaidthroughError
from app.policy.personal import ERASED, scrub, scrub_event, without_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """How many rows lost something."""

    objects: int
    events: int
    decisions: int
    journal_lines: int
    files: int
    words: int


def erase(context: Context, uid: str, *, actor: str) -> Erased:
    """Raises PaidthroughError while a claim is open, and for a user of whom nothing is held."""
    now, salt = context.clock(), token_bytes(32)
    with context.db.write() as tx:
        lock(tx, [f"claims:{uid}"])
        held = personal_reads.held_about(tx, uid)
        records = personal_reads.own_records(tx, uid, held)
        if not held.objects and not any(records.values()):
            raise PaidthroughError("Nothing is held about this user.")
        _refuse_while_open(records["claim"])
        erased = Erased(
            events=_events(tx, held, context.metadata_keys, salt),
            objects=_objects(tx, held, context.metadata_keys, salt),
            decisions=_decisions(tx, records["refund_decision"], context.metadata_keys, salt, at=now),
            journal_lines=_lines(tx, records["claim_journal"], at=now),
            files=sum(row["removed_at"] is None for row in records["evidence"]),
            words=personal_writes.erase_words(tx, uid, ERASED, at=now),
        )
        erasure.record(tx, uid=uid, actor=actor, at=now, counted=asdict(erased))
    return erased


def _refuse_while_open(claims: list[Row]) -> None:
    still = [row["id"] for row in claims if row["state"] not in SETTLED]
    if still:
        raise PaidthroughError(f"Close the user's open claims first, they need their evidence: {', '.join(still)}")


def _events(tx: Tx, held: Held, keys: MetadataKeys, salt: bytes) -> int:
    changed = 0
    for row in personal_reads.log_about(tx, held):
        event = orjson.loads(row["body"])
        scrubbed = scrub_event(event, salt=salt, keep=keys)
        if scrubbed != event:
            personal_writes.put_event(tx, row["id"], _text(scrubbed))
            changed += 1
    return changed


def _objects(tx: Tx, held: Held, keys: MetadataKeys, salt: bytes) -> int:
    changed = 0
    for kind, ids in held.objects.items():
        for row in personal_reads.copies(tx, kind, ids):
            body = orjson.loads(row["body"])
            scrubbed = scrub(body, salt=salt, keep=keys)
            if scrubbed != body:
                columns = MIRRORED[kind].columns(scrubbed, keys)
                personal_writes.put_copy(tx, kind, row["id"], columns | {"body": _text(scrubbed)})
                changed += 1
    return changed


def _decisions(tx: Tx, rows: list[Row], keys: MetadataKeys, salt: bytes, *, at: datetime) -> int:
    """What they follow from stays: the finite facts and the proof."""
    left = [row for row in rows if row["erased_at"] is None]
    for row in left:
        seen = without_words(scrub(orjson.loads(row["seen"]), salt=salt, keep=keys))
        personal_writes.erase_decision(tx, row["id"], _text(seen), at=at)
    return len(left)


def _lines(tx: Tx, rows: list[Row], *, at: datetime) -> int:
    left = [row for row in rows if row["erased_at"] is None]
    for row in left:
        personal_writes.erase_line(tx, row["id"], _text(without_words(orjson.loads(row["detail"]))), at=at)
    return len(left)


def _text(document: Any) -> str:
    return orjson.dumps(document).decode()
