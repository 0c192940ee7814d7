"""Erases who a user is from everything that is held about them; what happened, and why, stays."""

import re
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

import orjson

from app.billing.claim_moves import SETTLED
from app.billing.context import Context
from app.db import erasure, personal_reads, personal_writes
from app.db.engine import Tx
from app.db.inbox import InboxState
from app.db.inbox_search import BY_HAND
from app.db.locks import lock
from app.db.mirrored import MetadataKeys
from app.db.personal_reads import Held, Row
from app.db.tables import MIRRORED
from app.errors import PaidthroughError
from app.policy.personal import ERASED, finding, scrub, scrub_event, told_by, without_words

MOST_ROUNDS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """How many rows lost something."""

    objects: int = 0
    events: int = 0
    decisions: int = 0
    journal_lines: int = 0
    files: int = 0
    words: int = 0
    errors: int = 0

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(**{name: number + getattr(other, name) for name, number in asdict(self).items()})


def erase(context: Context, uid: str, *, actor: str) -> Erased:
    """Round by round until nothing more is found: a webhook that came meanwhile has waited for the locks, and is met in
    the next one.

    Raises:
        PaidthroughError: a claim is open, nothing is held about the user, or news of them never end.
    """
    total, salt = Erased(), token_bytes(32)
    for _ in range(MOST_ROUNDS):
        erased = _round(context, uid, salt)
        total += erased
        if not any(astuple(erased)):
            with context.db.write() as tx:
                erasure.record(tx, uid=uid, actor=actor, at=context.clock(), counted=asdict(total))
            return total
    raise PaidthroughError("News of this user keep coming. Erase the customer at Stripe, and run this once more.")


def _round(context: Context, uid: str, salt: bytes) -> Erased:
    """Locks first, then reads: the locks are held before what is erased is read, so that no news are written over."""
    names: set[str] = set()
    while True:
        with context.db.write() as tx:
            lock(tx, {f"claims:{uid}", *names})
            held = personal_reads.held_about(tx, uid)
            wanted = personal_reads.names_to_lock(tx, held)
            if wanted <= names:
                return _Round(tx, uid, held, salt, context.metadata_keys).go(context.clock())
        names |= wanted


class _Round:
    def __init__(self, tx: Tx, uid: str, held: Held, salt: bytes, keys: MetadataKeys) -> None:
        self._tx = tx
        self._uid = uid
        self._held = held
        self._salt = salt
        self._keys = keys
        self._known: re.Pattern[str] | None = None

    def go(self, at: datetime) -> Erased:
        tx, held = self._tx, self._held
        records = personal_reads.own_records(tx, self._uid, held)
        if not held.objects and not any(records.values()):
            raise PaidthroughError("Nothing is held about this user.")
        _refuse_while_open(records["claim"])
        events = personal_reads.log_about(tx, held)
        objects = {kind: personal_reads.copies(tx, kind, ids) for kind, ids in held.objects.items()}
        self._known = finding(self._told_by([*events, *(row for rows in objects.values() for row in rows)]))
        return Erased(
            events=sum(map(self._event, events)),
            objects=sum(self._object(kind, row) for kind, rows in objects.items() for row in rows),
            decisions=self._decisions(records["refund_decision"], at),
            journal_lines=_lines(tx, records["claim_journal"], at=at),
            files=sum(row["removed_at"] is None for row in records["evidence"]),
            words=personal_writes.erase_words(tx, self._uid, ERASED, at=at),
            errors=personal_writes.erase_errors(tx, self._uid, held, ERASED),
        )

    def _told_by(self, rows: Iterable[Row]) -> set[str]:
        return {text for row in rows for text in told_by(orjson.loads(row["body"]), keep=self._keys)}

    def _event(self, row: Row) -> bool:
        event, why = orjson.loads(row["body"]), _why(row)
        scrubbed = scrub_event(event, salt=self._salt, keep=self._keys, known=self._known)
        if scrubbed == event and why == row["why"]:
            return False
        personal_writes.put_event(self._tx, row["id"], _text(scrubbed), why=why)
        return True

    def _object(self, kind: str, row: Row) -> bool:
        body = orjson.loads(row["body"])
        scrubbed = self._scrubbed(body)
        if scrubbed == body:
            return False
        columns = MIRRORED[kind].columns(scrubbed, self._keys)
        personal_writes.put_copy(self._tx, kind, row["id"], columns | {"body": _text(scrubbed)})
        return True

    def _decisions(self, rows: list[Row], at: datetime) -> int:
        """What they follow from stays: the finite facts and the proof."""
        left = [row for row in rows if row["erased_at"] is None]
        for row in left:
            seen = without_words(self._scrubbed(orjson.loads(row["seen"])))
            personal_writes.erase_decision(self._tx, row["id"], _text(seen), at=at)
        return len(left)

    def _scrubbed(self, document: Any) -> Any:
        return scrub(document, salt=self._salt, keep=self._keys, known=self._known)


def _refuse_while_open(claims: list[Row]) -> None:
    still = [row["id"] for row in claims if row["state"] not in SETTLED]
    if still:
        raise PaidthroughError(f"Close the user's open claims first, they need their evidence: {', '.join(still)}")


def _why(row: Row) -> str | None:
    """Errors may quote what they are about, and people write what they like."""
    why: str | None = row["why"]
    if why and why.startswith(BY_HAND):
        return f"{BY_HAND}{ERASED}"
    return ERASED if why and row["state"] in (InboxState.FAILED, InboxState.QUARANTINED) else why


def _lines(tx: Tx, rows: list[Row], *, at: datetime) -> int:
    left = [row for row in rows if row["erased_at"] is None]
    for row in left:
        personal_writes.erase_line(tx, row["id"], _text(without_words(orjson.loads(row["detail"]))), at=at)
    return len(left)


def _text(document: Any) -> str:
    return orjson.dumps(document).decode()
