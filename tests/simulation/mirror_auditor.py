"""Whether the mirror shows what Stripe has, at rest."""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import text

from app.db.tables import MIRRORED
from app.stripe_gateway.event_list import HORIZON_DAYS
from tests.simulation.acts_of_time import DAY
from tests.simulation.universe import Universe

CLOCK = "test_helpers.test_clock"
SILENT = {"next_invoice_sequence"}
"""What Stripe changes without saying so."""


def untruths(universe: Universe, *, audited: bool = True) -> list[str]:
    """Objects of which Stripe told and that the mirror lacks or shows otherwise, and those that only the mirror has.

    Of an object that no event speaks of, only an audit can know that it has changed. A test clock whose end was never
    heard, until Stripe had forgotten it, cannot be told from one of another account.
    """
    return sorted(_untruths(universe, audited=audited))


def _untruths(universe: Universe, *, audited: bool) -> Iterator[str]:
    told = {event["data"]["object"].get("id"): event["data"]["object"] for event in universe.world.events}
    ended = {
        row.object_id for row in universe.rows(f"SELECT object_id FROM inbox_event WHERE type = '{CLOCK}.deleted'")
    }
    for kind, model in MIRRORED.items():
        with universe.observer.db.read() as tx:
            rows = tx.execute(text(f"SELECT id, body, deleted FROM {model.__tablename__}")).all()
        here = {row.id: row for row in rows}
        there = {each["id"]: each for each in universe.world.account.store.all(kind)}
        unseen = there.keys() & told.keys() - here.keys()
        yield from (f"{kind} {name}: missing" for name in unseen if not _is_lost(universe, there[name]))
        left = {name for name in here.keys() - there.keys() if not here[name].deleted}
        yield from (f"{kind} {name}: only here" for name in left if kind != CLOCK or name in ended)
        for name in here.keys() & (there.keys() if audited else there.keys() & told.keys()):
            ours, true = _bare(orjson.loads(here[name].body)), [there[name], told.get(name, there[name])]
            if not any(ours == _bare(each) for each in true):
                yield f"{kind} {name}: differs in {sorted(_differing(ours, _bare(there[name])))}"


def _is_lost(universe: Universe, body: dict[str, Any]) -> bool:
    """Stripe lists what lived on a test clock by that clock alone: with it gone, and its events forgotten, no more."""
    clock = body.get("test_clock")
    if not clock or any(each["id"] == clock for each in universe.world.account.store.all(CLOCK)):
        return False
    told_at = max(it["created"] for it in universe.world.events if it["data"]["object"].get("id") == body["id"])
    return bool(told_at < universe.world.now - HORIZON_DAYS * DAY)


def _bare(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in SILENT}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    return (name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
