"""Statements that go to the driver by themselves behave as SQLAlchemy's would."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db.engine import Database
from app.db.prepared import Prepared, among, one_trip, replacing
from app.db.standing import UserStanding
from app.db.tables import table_of

_T = table_of(UserStanding)
_WRITE = Prepared(lambda dialect: replacing(dialect, _T, [column.name for column in _T.c], unless=["reason"]))
_ADD = Prepared(lambda _: _T.insert().values({column.name: bindparam(column.name) for column in _T.c}))
_READ = Prepared(
    lambda dialect: (
        select(_T.c.uid, _T.c.decided_at, _T.c.reason).where(among(dialect, _T.c.uid, "uids")).order_by(_T.c.uid)
    )
)
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def standing(uid: str, **changes: object) -> dict[str, object]:
    row = {"uid": uid, "standing": "good", "decided_at": NOON, "forfeited_until": None, "reason": "r", "actor": None}
    return row | changes


def test_rows_are_written_whole_and_read_by_a_list(db: Database) -> None:
    later = (NOON + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=5)))
    with db.write() as tx:
        _WRITE.run(tx, [standing("a"), standing("b"), standing("c")])
        _WRITE.run(tx, [standing("a", decided_at=later, reason="another")])
        found = _READ.rows(tx, uids=["c", "a", "nobody"])
    assert found == [("a", NOON + timedelta(seconds=1), "r"), ("c", NOON, "r")]
    assert found[0][1].utcoffset() == timedelta(0)


def test_an_empty_list_finds_nothing(db: Database) -> None:
    with db.write() as tx:
        _WRITE.run(tx, [standing("a")])
        assert _READ.rows(tx, uids=[]) == []


def test_answers_of_one_trip_are_there_when_it_is_over(db: Database) -> None:
    with db.write() as tx:
        with one_trip(tx):
            before = _READ.ask(tx, uids=["a"])
            _WRITE.run(tx, [standing("a")])
            after = _READ.ask(tx, uids=["a"])
        assert (before.rows(), len(after.rows())) == ([], 1)


def test_the_drivers_errors_are_told_as_sqlalchemys(db: Database) -> None:
    with pytest.raises(IntegrityError), db.write() as tx:
        _ADD.run(tx, [standing("a"), standing("a")])


def test_an_error_within_a_trip_undoes_the_transaction(db: Database) -> None:
    with pytest.raises(IntegrityError):
        _write_in_one_trip(db, ["a", "a", "b"])
    with db.read() as tx:
        assert _READ.rows(tx, uids=["a", "b"]) == []


def test_a_connection_that_was_cut_is_replaced(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has no connection that could be cut")
    with pytest.raises(OperationalError):
        _write_in_one_trip(db, ["a"], cut=True)
    _write_in_one_trip(db, ["a"])
    with db.read() as tx:
        assert len(_READ.rows(tx, uids=["a"])) == 1


def _write_in_one_trip(db: Database, uids: list[str], *, cut: bool = False) -> None:
    with db.write() as tx:
        if cut:
            own = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with db.read() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
        with one_trip(tx):
            _ADD.run(tx, [standing(uid) for uid in uids])
