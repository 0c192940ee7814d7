"""Replacing the texts about one user, row by row; what is not named stays as it was."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlmodel import SQLModel

from app.db.account_credit import AccountCredit
from app.db.account_session import AccountSession
from app.db.alarm import Alarm
from app.db.cancellation import CancellationRequest
from app.db.charge_pair import ChargePair
from app.db.claim import Claim
from app.db.claim_journal import ClaimEvent
from app.db.delivery import Delivery
from app.db.engine import Tx
from app.db.evidence import Evidence
from app.db.fetch_request import FetchRequest
from app.db.inbox import InboxEvent
from app.db.personal_reads import Held
from app.db.refund_decision import StoredDecision
from app.db.settlement import Settlement
from app.db.settlement_attempt import SettlementAttempt
from app.db.tables import MIRRORED, table_of

NO_CONTENT = b""
_WORDS = ((Claim, "text"), (Delivery, "detail"), (Alarm, "note"), (ChargePair, "note"))
_ERRORS = ((Settlement, "last_error"), (SettlementAttempt, "error"), (AccountCredit, "last_error"))
_EVIDENCE, _ASKED, _LINK = (table_of(model) for model in (Evidence, CancellationRequest, AccountSession))


def put_copy(tx: Tx, kind: str, object_id: str, values: dict[str, Any]) -> None:
    table = table_of(MIRRORED[kind])
    tx.execute(update(table).where(table.c.id == object_id).values(values))


def put_event(tx: Tx, event_id: str, body: str, *, why: str | None) -> None:
    table = table_of(InboxEvent)
    tx.execute(update(table).where(table.c.id == event_id).values(body=body, why=why))


def erase_line(tx: Tx, line: int, detail: str, *, at: datetime) -> None:
    _once(tx, table_of(ClaimEvent), line, detail=detail, erased_at=at)


def erase_decision(tx: Tx, decision: str, seen: str, *, at: datetime) -> None:
    _once(tx, table_of(StoredDecision), decision, seen=seen, erased_at=at)


def erase_words(tx: Tx, uid: str, mark: str, *, at: datetime) -> int:
    """What people wrote about or for this user, and the files; ended links into the account page go whole."""
    erased = sum(_mark(tx, model, name, mark, table_of(model).c.uid == uid) for model, name in _WORDS)
    erased += _mark(tx, CancellationRequest, "why", mark, (_ASKED.c.uid == uid) & _ASKED.c.decision.is_(None))
    tx.execute(delete(_LINK).where(_LINK.c.uid == uid))
    tx.execute(update(_EVIDENCE).where(_EVIDENCE.c.uid == uid).values(name=mark))
    ids = tx.execute(select(_EVIDENCE.c.id).where(_EVIDENCE.c.uid == uid)).scalars()
    remove_files(tx, list(ids), at=at)
    return erased


def erase_errors(tx: Tx, uid: str, held: Held, mark: str) -> int:
    """What Stripe answered to calls that failed: it may quote what it was asked about."""
    objects = sorted({each for several in held.objects.values() for each in several})
    erased = _mark(tx, CancellationRequest, "last_error", mark, _ASKED.c.uid == uid)
    erased += _mark(tx, FetchRequest, "last_error", mark, table_of(FetchRequest).c.object_id.in_(objects))
    for model, name in _ERRORS:
        erased += _mark(tx, model, name, mark, table_of(model).c.claim.in_(held.claims))
    return erased


def remove_files(tx: Tx, ids: Collection[str], *, at: datetime) -> int:
    """The rows stay: what it was, how large, and its hash."""
    there = _EVIDENCE.c.id.in_(ids), _EVIDENCE.c.removed_at.is_(None)
    return tx.execute(update(_EVIDENCE).where(*there).values(content=NO_CONTENT, removed_at=at)).rowcount


def _mark(tx: Tx, model: type[SQLModel], name: str, mark: str, which: ColumnElement[bool]) -> int:
    table = table_of(model)
    told = table.c[name].is_not(None), table.c[name] != "", table.c[name] != mark
    return tx.execute(update(table).where(which, *told).values({name: mark})).rowcount


def _once(tx: Tx, table: Table, key: object, **values: Any) -> None:
    (column,) = table.primary_key.columns
    tx.execute(update(table).where(column == key, table.c.erased_at.is_(None)).values(values))
