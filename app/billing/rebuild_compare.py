"""Whether two databases hold the same mirror and would answer the same about access."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from app.db.access import Access
from app.db.engine import Database
from app.db.log_walk import Row, rows_after, rows_of
from app.db.mirrored import Mirrored
from app.db.tables import MIRRORED, table_of

PAGE = 500
COMPARED: dict[str, type[Mirrored | Access]] = {**MIRRORED, "access": Access}
HOW_IT_CAME = frozenset({"source", "prior_at", "settled", "uncertain_until"})
"""Columns about the log rather than the object: fetched snapshots get names of their own when they are replayed."""

WHEN = frozenset({"flips_at", "look_at", "journalled_to"})
"""Columns that follow the moment of the last change."""

KEPT = frozenset({"answers"})
"""Columns that the facts give at any time."""

_HELD = "H"
"""Access is held while Stripe is away; no log tells that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """`column` is None where only one side has the row, which the other side's None then says."""

    kind: str
    object_id: str
    column: str | None
    here: Any
    there: Any


def differences(here: Database, there: Database) -> Iterator[Difference]:
    for kind, model in COMPARED.items():
        for ours, theirs in _pages(here, there, model):
            yield from _compare(kind, ours, theirs)
        for theirs, ours in _pages(there, here, model):
            only = theirs.keys() - ours.keys()
            yield from _compare(kind, {}, {name: theirs[name] for name in only})


def _pages(
    one: Database, other: Database, model: type[Mirrored | Access]
) -> Iterator[tuple[dict[str, Row], dict[str, Row]]]:
    """Page by page the rows of one and the same rows of the other; the two may sort in different ways."""
    table, last = table_of(model), ""
    while True:
        with one.read() as here, other.read() as there:
            rows = rows_after(here, table, last, limit=PAGE)
            same = rows_of(there, table, rows)
        if not rows:
            return
        yield rows, same
        last = list(rows)[-1]


def _compare(kind: str, ours: dict[str, Row], theirs: dict[str, Row]) -> Iterator[Difference]:
    for name in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None:
            yield Difference(kind=kind, object_id=name, column=None, here=one and "there", there=other and "there")
            continue
        for column in one.keys() - HOW_IT_CAME - WHEN - KEPT:
            if _value(column, one[column]) != _value(column, other[column]):
                yield Difference(kind=kind, object_id=name, column=column, here=one[column], there=other[column])


def _value(column: str, value: Any) -> Any:
    if column == "body":
        return orjson.loads(value)
    if column == "facts":
        return {name: fact for name, fact in orjson.loads(value).items() if name != _HELD}
    return value
