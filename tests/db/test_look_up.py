"""Looking up over a connection that the thread keeps."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db.engine import Database, Tx


def one(tx: Tx) -> int:
    return int(tx.execute(text("SELECT 1")).scalar_one())


def test_a_thread_keeps_its_connection(db: Database) -> None:
    used = [db.look_up(lambda tx: tx) for _ in range(2)]
    assert used[0] is used[1]


def test_a_connection_that_was_cut_costs_no_answer(db: Database) -> None:
    if db.is_sqlite:
        pytest.skip("SQLite has no connection that could be cut")
    own = db.look_up(lambda tx: tx.execute(text("SELECT pg_backend_pid()")).scalar_one())
    with db.write() as tx:
        tx.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": own})
    assert db.look_up(one) == 1


def test_an_error_is_told_and_the_next_look_up_works(db: Database) -> None:
    with pytest.raises(DBAPIError):
        db.look_up(lambda tx: tx.execute(text("SELECT nothing FROM nowhere")))
    assert db.look_up(one) == 1


def test_what_is_committed_is_seen(db: Database) -> None:
    count = text("SELECT count(*) FROM price")
    before = db.look_up(lambda tx: tx.execute(count).scalar_one())
    with db.write() as tx:
        tx.execute(
            text(
                "INSERT INTO price (id, as_of, resolved, settled, deleted, source, body) "
                "VALUES ('p', 1, true, true, false, 's', '{}')"
            )
        )
    assert db.look_up(lambda tx: tx.execute(count).scalar_one()) == before + 1
