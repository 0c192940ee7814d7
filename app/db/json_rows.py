"""Many rows in one statement: PostgreSQL takes them as one JSON text, far cheaper than a statement for each."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, Table, TableValuedAlias, Text, bindparam, cast, column, func, insert, select

from app.db.prepared import Prepared


def given_rows(columns: Mapping[str, Any]) -> TableValuedAlias:
    """The parameter `rows`, made by `as_rows`, as a table; `columns` are types by name."""
    told = [column(name, kind) for name, kind in columns.items()]
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text()), JSON()))
    return rows.table_valued(*told).render_derived(name="given", with_types=True)


def as_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def appending(table: Table) -> Prepared:
    """Appends rows of a table whose key is made by the database."""
    columns = {each.name: each.type for each in table.c if not each.primary_key}
    return Prepared(lambda _: insert(table).from_select(list(columns), select(*given_rows(columns).c)))
