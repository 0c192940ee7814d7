"""Rows of `access` put there directly, and what the journal says of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from app.db import access_rows, mirror_rows
from app.db.access import Access
from app.db.access_journal import AccessTransition
from app.db.engine import Database
from app.db.tables import table_of
from app.policy.access import look_again_at, next_flip, timelines
from app.policy.access_codec import encode
from app.policy.access_facts import AccessFacts
from app.policy.instants import from_epoch
from tests.policy.access_bodies import GRACE, epoch

_A, _J = table_of(Access), table_of(AccessTransition)


def put(
    db: Database,
    *names: str,
    facts: AccessFacts,
    at: float | datetime = 0,
    grace: timedelta = GRACE,
    test_clock: str | None = None,
) -> None:
    """As the projection writes them at that instant, or on that day."""
    now = at if isinstance(at, datetime) else from_epoch(epoch(at) or 0)
    flips, look = next_flip(timelines(facts, grace=grace), now), look_again_at(facts, grace, now)
    rows = [
        {
            "subscription": name,
            "uid": f"user of {name}",
            "customer": None,
            "test_clock": test_clock,
            "facts": orjson.dumps(
                encode(replace(facts, subscription=replace(facts.subscription, subscription=name)))
            ).decode(),
            "answers": None,
            "flips_at": None if flips is None else int(flips.timestamp()),
            "look_at": None if look is None else int(look.timestamp()),
            "journalled_to": int(now.timestamp()),
        }
        for name in names
    ]
    with db.write() as tx:
        access_rows.write_access(tx, rows)


def change(db: Database, name: str, **values: Any) -> None:
    with db.write() as tx:
        tx.execute(update(_A).where(_A.c.subscription == name).values(values))


def row(db: Database, name: str) -> Any:
    with db.read() as tx:
        return tx.execute(select(_A).where(_A.c.subscription == name)).one()


def journal(db: Database) -> list[tuple[str, str, int]]:
    """What happened to which subscription when."""
    with db.read() as tx:
        found = tx.execute(select(_J.c.subscription, _J.c.transition, _J.c.happened_at).order_by(_J.c.id))
        return [tuple(line) for line in found]


def put_clock(db: Database, name: str, *, frozen: float) -> None:
    """A mirrored test clock that stands at that day."""
    shown = {"id": name, "as_of": 1, "uncertain_until": None, "prior_at": None, "resolved": True, "settled": True}
    rest = {"deleted": False, "source": "evt_clock", "body": "{}", "frozen_time": epoch(frozen), "status": "ready"}
    with db.write() as tx:
        mirror_rows.upsert(tx, "test_helpers.test_clock", [shown | rest])
