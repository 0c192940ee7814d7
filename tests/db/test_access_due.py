"""What is due among a million subscriptions is found without reading them all."""

import pytest
from sqlalchemy import text

from app.db import access_due
from app.db.engine import Database
from tests.policy.access_bodies import epoch, facts, invoice, subscription
from tests.support.access_table import put, put_clock


@pytest.mark.parametrize("at", ["flips_at", "look_at"])
def test_what_lives_on_test_clocks_is_found_by_its_clock(db: Database, at: str) -> None:
    put(db, *(f"sub_{number}" for number in range(300)), facts=facts(subscription(), invoice()))
    put_clock(db, "clock_1", frozen=1)
    if not db.is_sqlite:  # its plan follows its statistics, which come by themselves at any moment or never
        with db.write() as tx:
            tx.execute(text("ANALYZE access, test_clock"))
    query = access_due._on_clocks(access_due._A.c[at]).limit(1)
    with db.read() as tx:
        told = str(query.compile(tx.engine, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
        plan = str(tx.execute(text(f"{explain} {told}")).all())
    assert "ix_access_test_clock" in plan
    assert f"ix_access_{at}" not in plan


def test_a_rehearsal_is_due_among_many_that_are_not(db: Database) -> None:
    put(db, *(f"sub_{number}" for number in range(300)), facts=facts(subscription(), invoice()))
    put(db, "sub_rehearsed", facts=facts(subscription(), invoice()), test_clock="clock_1")
    put_clock(db, "clock_1", frozen=40)
    with db.read() as tx:
        assert access_due.any_rehearsed_flip(tx)
        (found,) = access_due.flips_due(tx, now=epoch(1) or 0, limit=9)
    assert (found.subscription, found.now) == ("sub_rehearsed", epoch(40))
