"""Whether the mirror shows what Stripe has."""

from typing import Any

import orjson
from sqlalchemy import select

from app.db.engine import Database
from app.db.tables import MIRRORED, table_of
from app.policy.event_order_state import same
from app.sandbox.world import World

SILENT = {"next_invoice_sequence"}
"""What Stripe changes without saying so."""


def untruths(db: Database, world: World) -> list[str]:
    """Every object of Stripe's that the mirror lacks or shows otherwise, and every one that only the mirror has."""
    found = []
    for kind, model in MIRRORED.items():
        here, there = _mirrored(db, model), {each["id"]: _told(each) for each in world.account.store.all(kind)}
        found += [f"{kind} {name}: missing" for name in there.keys() - here.keys()]
        found += [f"{kind} {name}: only here" for name in here.keys() - there.keys()]
        found += [f"{kind} {name}: differs" for name in here.keys() & there.keys() if not same(here[name], there[name])]
    return sorted(found)


def _mirrored(db: Database, model: Any) -> dict[str, Any]:
    table = table_of(model)
    with db.read() as tx:
        rows = tx.execute(select(table.c.id, table.c.body).where(table.c.deleted.is_(False)))
        return {row.id: _told(orjson.loads(row.body)) for row in rows}


def _told(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in SILENT}
