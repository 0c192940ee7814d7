"""Statements that go to the driver by themselves behave as SQLAlchemy's would."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, MetaData, String, Table, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db.engine import Database, Tx
from app.db.prepared import Prepared, PreparedRows, among, one_trip, replacing
from app.db.types import UtcDateTime

_T = Table(
    "thing",
    MetaData(),
    Column("id", String, primary_key=True),
    Column("number", BigInteger),
    Column("at", UtcDateTime),
    Column("first", String),
)
_READ = Prepared(lambda dialect: select(_T).where(among(dialect, _T.c.id, "ids")).order_by(_T.c.number))
_BY_NUMBER = Prepared(lambda dialect: select(_T.c.id).where(among(dialect, _T.c.number, "numbers")))
_WRITE = Prepared(lambda dialect: replacing(dialect, _T, _T.c.keys(), unless=["first"]))
_WRITE_SEVERAL = PreparedRows(_T, _T.c.keys(), unless=["first"])
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.fixture
def things(db: Database) -> Iterator[Database]:
    with db.write() as tx:
        _T.create(tx)
    yield db
    with db.write() as tx:
        _T.drop(tx)


def thing(name: str, number: int = 0, **changes: object) -> dict[str, object]:
    return {"id": name, "number": number, "at": NOON, "first": None} | changes


def read(db: Database, *names: str) -> list[tuple[Any, ...]]:
    with db.read() as tx:
        return _READ.rows(tx, ids=names)


def write(db: Database, rows: Sequence[dict[str, object]]) -> None:
    with db.write() as tx:
        _WRITE.run(tx, rows)


def test_a_row_is_replaced_but_for_what_only_a_new_one_gets(things: Database) -> None:
    later = (NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=5)))
    write(things, [thing("a", first="yes"), thing("a", 1, at=later, first="no")])
    assert read(things, "a") == [("a", 1, NOON + timedelta(seconds=1), "yes")]
    assert read(things, "a")[0][2].utcoffset() == timedelta(0)


@pytest.mark.parametrize("count", [1, 3, 8, 13])
def test_any_number_of_rows_is_written_at_once(things: Database, count: int) -> None:
    rows = [thing(f"t{number}", number) for number in range(count)]
    with things.write() as tx:
        _WRITE_SEVERAL.run(tx, rows)
        _WRITE_SEVERAL.run(tx, [row | {"first": "too late"} for row in rows])
    assert read(things, *(f"t{number}" for number in range(20))) == [tuple(row.values()) for row in rows]


def test_a_list_may_be_empty_and_hold_any_text(things: Database) -> None:
    odd = ['a"b', "a\\b", "a,b", "{a}", "a\nb", "NULL", " a ", "ü", ""]
    write(things, [thing(name, number) for number, name in enumerate(odd)])
    assert [row[0] for row in read(things, *odd, "nobody")] == odd
    assert read(things) == []
    with things.read() as tx:
        assert _BY_NUMBER.rows(tx, numbers=[2, 99]) == [("a,b",)]


def test_answers_of_one_trip_are_there_when_it_is_over(things: Database) -> None:
    with things.write() as tx:
        with one_trip(tx):
            before = _READ.ask(tx, ids=["a"])
            _WRITE.run(tx, [thing("a")])
            after = _READ.ask(tx, ids=["a"])
        assert (before.rows(), len(after.rows())) == ([], 1)


def test_the_drivers_errors_are_told_as_sqlalchemys(things: Database) -> None:
    with pytest.raises(IntegrityError):
        write(things, [thing("a", id=None)])


def test_an_error_within_a_trip_undoes_the_transaction(things: Database) -> None:
    with pytest.raises(IntegrityError):
        _write_in_one_trip(things, [thing("a"), thing("b", id=None), thing("c")])
    assert read(things, "a", "c") == []


def test_a_connection_that_was_cut_is_replaced(things: Database) -> None:
    if things.is_sqlite:
        pytest.skip("SQLite has no connection that could be cut")
    with pytest.raises(OperationalError):
        _write_in_one_trip(things, [thing("a")], cut=True)
    _write_in_one_trip(things, [thing("a")])
    assert len(read(things, "a")) == 1


def _write_in_one_trip(db: Database, rows: Sequence[dict[str, object]], *, cut: bool = False) -> None:
    with db.write() as tx:
        if cut:
            _cut(db, tx)
        with one_trip(tx):
            _WRITE.run(tx, rows)


def _cut(db: Database, tx: Tx) -> None:
    own = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.read() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
