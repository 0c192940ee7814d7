"""A hundred thousand customers: a few hundred lives taken in by the product, and their rows copied under new names."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, text

from app.billing.access_memo import stamp
from app.billing.mirror import take_events
from app.db.access import Access
from app.db.tables import table_of
from app.policy.envelope import read_envelope
from app.settings import Settings
from app.wiring import wire
from tests.corpus.histories import catalog, histories
from tests.corpus.life import Event

LIVES = 250
_BATCH = 32
_ROWS_AT_ONCE = 5000


def gather(settings: Settings, customers: int) -> list[str]:
    """Fill the database; returns the uid of every customer."""
    context = wire(settings)
    events = catalog() + [event for life in histories(min(LIVES, customers)) for event in life]
    for first in range(0, len(events), _BATCH):
        take_events(context, [_envelope(event) for event in events[first : first + _BATCH]])
    with context.db.write() as tx:
        uids = _multiply(tx, customers, grace=settings.renewal_grace)
    with context.db.read() as tx:
        tx.execute(text("ANALYZE"))
    context.db.close()
    return uids


def _multiply(tx: Connection, customers: int, *, grace: timedelta) -> list[str]:
    """Copies of the rows that access is answered from; an answer reads nothing else of a customer."""
    table = table_of(Access)
    originals = [dict(row) for row in tx.execute(select(table)).mappings()]
    uids = [str(original["uid"]) for original in originals]
    copies = []
    for number in range(customers - len(originals)):
        copies.append(_copy(originals, number, grace))
        uids.append(copies[-1]["uid"])
        if len(copies) == _ROWS_AT_ONCE:
            tx.execute(insert(table), copies)
            copies = []
    if copies:
        tx.execute(insert(table), copies)
    return uids


def _copy(originals: Sequence[dict[str, Any]], number: int, grace: timedelta) -> dict[str, Any]:
    original = originals[number % len(originals)]
    own, new = original["subscription"], f"sub_1Copy{number:020d}"
    names = {"uid": f"user-copy-{number}", "customer": f"cus_1Copy{number:020d}", "subscription": new}
    facts = original["facts"].replace(own, new)
    _, kept = orjson.loads(original["answers"].replace(own, new))
    return original | names | {"facts": facts, "answers": orjson.dumps([stamp(facts, grace), kept]).decode()}


def _envelope(event: Event) -> Any:
    return read_envelope(event, orjson.dumps(event).decode())
