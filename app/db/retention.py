"""Which entries of the log nothing rests on any more, and deleting them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Subquery, Table, delete, exists, func, or_, select, union

from app.db.claim import Claim
from app.db.claim_journal import ClaimEvent
from app.db.engine import Tx
from app.db.evidence import Evidence
from app.db.fetch_request import FetchRequest
from app.db.inbox import LOGGED, InboxEvent, InboxState
from app.db.inbox_search import BY_HAND
from app.db.money_sighting import MoneySighting
from app.db.tables import MIRRORED, table_of
from app.policy.event_order import FETCHED

KEPT_STATES = 2
"""Of each object, in seconds of Stripe's clock: the order within the newest is told from the one before it."""

DELETED = '"deleted":true'
_T: Table = table_of(InboxEvent)
_WAITS = (InboxState.FAILED, InboxState.QUARANTINED)


def objects_with_old(tx: Tx, last: str, *, before: datetime, limit: int) -> list[str]:
    """The next objects, by id, that have entries from before that instant."""
    old = select(_T.c.object_id).where(_T.c.object_id > last, _T.c.received_at < before).distinct()
    return list(tx.execute(old.order_by(_T.c.object_id).limit(limit)).scalars())


def prune(tx: Tx, objects: Sequence[str], *, before: datetime) -> int:
    """Delete what is old and no longer rested on; objects about which anything is open keep everything."""
    quiet = sorted(set(objects) - _open(tx, objects))
    if not quiet:
        return 0
    logged = _places(quiet)
    beyond = (logged.c.place > KEPT_STATES) & (logged.c.bare | (logged.c.place_of_its_sort > KEPT_STATES))
    past = (_T.c.state.in_(LOGGED)) & _T.c.id.in_(select(logged.c.id).where(beyond))
    unused = _T.c.state.in_((InboxState.HINT, InboxState.IGNORED)) & or_(
        _T.c.why.is_(None), _T.c.why.not_like(f"{BY_HAND}%")
    )
    gone = delete(_T).where(_T.c.object_id.in_(quiet), _T.c.received_at < before, or_(past, unused))
    return tx.execute(gone).rowcount


def prune_without_object(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete old events of objects that have no id: nothing is mirrored of them."""
    old = select(_T.c.id).where(_T.c.object_id.is_(None), _T.c.received_at < before, _T.c.state.not_in(_WAITS))
    return tx.execute(delete(_T).where(_T.c.id.in_(old.limit(limit)))).rowcount


def old_files(tx: Tx, closed: Collection[str], *, before: datetime, limit: int) -> list[str]:
    """Files of closed claims to which nothing has happened since that instant."""
    file, claim, line = (table_of(model) for model in (Evidence, Claim, ClaimEvent))
    later = exists().where(line.c.claim == claim.c.id, line.c.at >= before)
    found = (
        select(file.c.id)
        .join(claim, claim.c.id == file.c.claim)
        .where(file.c.removed_at.is_(None), file.c.added_at < before, claim.c.state.in_(closed), ~later)
    )
    return list(tx.execute(found.order_by(file.c.id).limit(limit)).scalars())


def _places(objects: Sequence[str]) -> Subquery:
    """How far back each entry lies, by itself and among its sort: a snapshot that only says that the object is deleted
    shows nothing of it, and what the mirror goes on to show lies before it."""
    bare = (_T.c.type == FETCHED) & _T.c.body.contains(DELETED)
    place, place_of_its_sort = (
        func.dense_rank().over(partition_by=sort, order_by=_T.c.created.desc())
        for sort in ([_T.c.object_id], [_T.c.object_id, bare])
    )
    entries = select(_T.c.id, bare.label("bare"), place.label("place"), place_of_its_sort.label("place_of_its_sort"))
    return entries.where(_T.c.object_id.in_(objects), _T.c.state.in_(LOGGED)).subquery()


def _open(tx: Tx, objects: Collection[str]) -> set[str]:
    """Unresolved, or waiting to be applied, fetched or judged."""
    wish, sighting = table_of(FetchRequest), table_of(MoneySighting)
    found = [
        select(_T.c.object_id).where(_T.c.object_id.in_(objects), _T.c.state.in_(_WAITS)),
        select(wish.c.object_id).where(wish.c.object_id.in_(objects)),
        select(sighting.c.object_id).where(sighting.c.object_id.in_(objects)),
    ]
    for table in map(table_of, MIRRORED.values()):
        unsure = or_(table.c.resolved.is_(False), table.c.settled.is_(False))
        found.append(select(table.c.id).where(table.c.id.in_(objects), unsure))
    return set(tx.execute(union(*found)).scalars())
