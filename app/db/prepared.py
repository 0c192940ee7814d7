"""Core statements compiled once and run on the driver itself: on the hot paths SQLAlchemy's way there costs most."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Dialect, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import CompilerElement

from app.db.discreet import without_values
from app.db.engine import Tx
from app.db.listed import among

__all__ = ["Answer", "Prepared", "PreparedRows", "among", "one_trip", "replacing"]

Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
SIZES = (8, 4, 2, 1)


class Prepared:
    """`build` gets the dialect's name. The text never varies, so that the database prepares it once; for `IN` say
    `among`."""

    def __init__(self, build: Callable[[str], CompilerElement]) -> None:
        self._build = build
        self._by_dialect: dict[str, _Compiled] = {}

    def ask(self, tx: Tx, **values: Any) -> "Answer":
        """Send a query; inside `one_trip` its rows can be had once that is over."""
        compiled = self._compiled(tx)
        return Answer(tx, _execute(tx, compiled, compiled.arrange(values)), compiled.columns)

    def rows(self, tx: Tx, **values: Any) -> list[Row]:
        return self.ask(tx, **values).rows()

    def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each of `rows`."""
        compiled = self._compiled(tx)
        for row in rows:
            _execute(tx, compiled, compiled.arrange(row))

    def _compiled(self, tx: Tx) -> "_Compiled":
        found = self._by_dialect.get(tx.dialect.name)
        if found is None:
            found = self._by_dialect[tx.dialect.name] = _compile(self._build(tx.dialect.name), tx.dialect)
        return found


class PreparedRows:
    """Rows of a table, written several at a time: whole, or if they are new."""

    def __init__(self, table: Table, columns: Collection[str], *, unless: Collection[str] = ()) -> None:
        self._columns = tuple(columns)
        self._by_size = {
            size: Prepared(lambda dialect, size=size: replacing(dialect, table, columns, unless=unless, rows=size))  # type: ignore[misc]
            for size in SIZES
        }

    def run(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """No two of `rows` may have one key."""
        at = 0
        for size in SIZES:
            while len(rows) - at >= size:
                several = enumerate(rows[at : at + size])
                values = {f"{name}_{number}": row[name] for number, row in several for name in self._columns}
                self._by_size[size].run(tx, [values])
                at += size


class Answer:
    """The rows of a query that was sent."""

    def __init__(self, tx: Tx, cursor: Any, columns: Sequence[tuple[int, Convert]]) -> None:
        self._tx, self._cursor, self._columns = tx, cursor, columns

    def rows(self) -> list[Row]:
        try:
            found: list[Row] = self._cursor.fetchall()
        except self._tx.dialect.loaded_dbapi.Error as error:
            raise _as_ours(error, self._tx) from error
        return [_converted(row, self._columns) for row in found] if self._columns else found


@contextmanager
def one_trip(tx: Tx) -> Iterator[None]:
    """What is sent herein goes to PostgreSQL without waiting for each answer; an error may be raised at the end."""
    if tx.dialect.name == "sqlite":
        yield
        return
    try:
        with _driver(tx).pipeline():
            yield
    except tx.dialect.loaded_dbapi.Error as error:
        raise _as_ours(error, tx) from error


def replacing(
    dialect: str, table: Table, columns: Collection[str], *, unless: Collection[str] = (), rows: int = 0
) -> CompilerElement:
    """Write these columns of a whole row; those in `unless` only if the row is new. With `rows`, of so many rows: then
    each parameter's name ends with the number of its row."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    key = [column.name for column in table.primary_key]
    fresh = {name: statement.excluded[name] for name in columns if name not in (*key, *unless)}
    names = [{name: f"{name}_{number}" for name in columns} for number in range(rows)] or [{n: n for n in columns}]
    given = [{column: bindparam(name, type_=table.c[column].type) for column, name in row.items()} for row in names]
    return statement.values(given).on_conflict_do_update(index_elements=key, set_=fresh)


class _Compiled(NamedTuple):
    text: str
    given: Mapping[str, Any]
    convert: Mapping[str, Convert]
    order: Sequence[str]
    columns: Sequence[tuple[int, Convert]]

    def arrange(self, values: Mapping[str, Any]) -> list[Any]:
        named = {**self.given, **values}
        for name, convert in self.convert.items():
            named[name] = convert(named[name])
        return [named[name] for name in self.order]


def _compile(statement: Any, dialect: Dialect) -> _Compiled:
    made: Callable[..., Dialect] = type(dialect)
    numbered = made(paramstyle="qmark" if dialect.name == "sqlite" else "numeric_dollar")
    compiled = statement.compile(dialect=numbered)
    converts = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
    results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in _selected(statement)]
    return _Compiled(
        text=compiled.string,
        given={name: value for name, value in compiled.params.items() if value is not None},
        convert={name: convert for name, convert in converts.items() if convert},
        order=compiled.positiontup or (),
        columns=[(at, convert) for at, convert in enumerate(results) if convert],
    )


def _selected(statement: Any) -> Sequence[Any]:
    return tuple(getattr(statement, "selected_columns", ()))


def _execute(tx: Tx, compiled: _Compiled, values: Sequence[Any]) -> Any:
    driver = _driver(tx)
    try:
        # PostgreSQL's own way to number parameters, which psycopg need not translate.
        cursor = driver.cursor() if tx.dialect.name == "sqlite" else psycopg.RawCursor(driver)
        cursor.execute(compiled.text, values)
    except tx.dialect.loaded_dbapi.Error as error:
        raise _as_ours(error, tx) from error
    return cursor


def _converted(row: Row, columns: Sequence[tuple[int, Convert]]) -> Row:
    values = list(row)
    for at, convert in columns:
        values[at] = convert(values[at])
    return tuple(values)


def _as_ours(error: Exception, tx: Tx) -> BaseException:
    """The driver's error as SQLAlchemy would raise it."""
    without_values(error)
    return DBAPIError.instance(None, None, error, tx.dialect.loaded_dbapi.Error, dialect=tx.dialect)


def _driver(tx: Tx) -> Any:
    return tx.connection.dbapi_connection
