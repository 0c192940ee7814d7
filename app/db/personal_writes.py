"""Replacing the texts about one user, row by row; what is not named stays as it was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select, update

from app.db.account_session import AccountSession
from app.db.alarm import Alarm
from app.db.cancellation import CancellationRequest
from app.db.charge_pair import ChargePair
from app.db.claim import Claim
from app.db.claim_journal import ClaimEvent
from app.db.delivery import Delivery
from app.db.engine import Tx
from app.db.evidence import Evidence
from app.db.inbox import InboxEvent
from app.db.refund_decision import StoredDecision
from app.db.tables import MIRRORED, table_of

NO_CONTENT = b""
_WORDS = ((Claim, "text"), (Delivery, "detail"), (Alarm, "note"), (ChargePair, "note"))
_EVIDENCE, _ASKED, _LINK = (table_of(model) for model in (Evidence, CancellationRequest, AccountSession))


def put_copy(tx: Tx, kind: str, object_id: str, values: dict[str, Any]) -> None:
    table = table_of(MIRRORED[kind])
    tx.execute(update(table).where(table.c.id == object_id).values(values))


def put_event(tx: Tx, event_id: str, body: str) -> None:
    table = table_of(InboxEvent)
    tx.execute(update(table).where(table.c.id == event_id).values(body=body))


def erase_line(tx: Tx, line: int, detail: str, *, at: datetime) -> None:
    _once(tx, table_of(ClaimEvent), line, detail=detail, erased_at=at)


def erase_decision(tx: Tx, decision: str, seen: str, *, at: datetime) -> None:
    _once(tx, table_of(StoredDecision), decision, seen=seen, erased_at=at)


def erase_words(tx: Tx, uid: str, mark: str, *, at: datetime) -> int:
    """What people wrote about or for this user, and the files; ended links into the account page go whole."""
    erased = 0
    for model, name in _WORDS:
        table = table_of(model)
        told = table.c[name].is_not(None), table.c[name] != "", table.c[name] != mark
        erased += tx.execute(update(table).where(table.c.uid == uid, *told).values({name: mark})).rowcount
    asked = _ASKED.c.uid == uid, _ASKED.c.decision.is_(None), _ASKED.c.why.is_not(None), _ASKED.c.why != mark
    erased += tx.execute(update(_ASKED).where(*asked).values(why=mark)).rowcount
    tx.execute(delete(_LINK).where(_LINK.c.uid == uid))
    tx.execute(update(_EVIDENCE).where(_EVIDENCE.c.uid == uid).values(name=mark))
    ids = tx.execute(select(_EVIDENCE.c.id).where(_EVIDENCE.c.uid == uid)).scalars()
    remove_files(tx, list(ids), at=at)
    return erased


def remove_files(tx: Tx, ids: Collection[str], *, at: datetime) -> int:
    """The rows stay: what it was, how large, and its hash."""
    there = _EVIDENCE.c.id.in_(ids), _EVIDENCE.c.removed_at.is_(None)
    return tx.execute(update(_EVIDENCE).where(*there).values(content=NO_CONTENT, removed_at=at)).rowcount


def _once(tx: Tx, table: Table, key: object, **values: Any) -> None:
    (column,) = table.primary_key.columns
    tx.execute(update(table).where(column == key, table.c.erased_at.is_(None)).values(values))
