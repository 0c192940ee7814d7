"""Wishes are one row for each object, and a leased one is its holder's alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.db import fetch_request
from app.db.engine import Database
from tests.support.fetch_wishes import ask, rows, wish
from tests.support.stage import START

SECOND = timedelta(seconds=1)


class TestAsking:
    def test_wishes_for_one_object_are_one_row_with_the_earliest_time(self, db: Database) -> None:
        ask(db, wish("sub_1", seconds=60), wish("sub_1", seconds=30), wish("in_1", kind="invoice"))
        ask(db, wish("sub_1", seconds=90, why="later"))
        assert [(each.object_id, each.due_at) for each in rows(db)] == [("in_1", START), ("sub_1", START + 30 * SECOND)]
        assert rows(db)[1].why == "later"
        ask(db, wish("sub_1", seconds=10))
        assert rows(db)[1].due_at == START + 10 * SECOND

    def test_no_wishes_are_no_statement(self, db: Database) -> None:
        ask(db)
        assert rows(db) == []


class TestClaiming:
    def test_two_claimers_at_once_never_get_the_same(self, db: Database) -> None:
        ask(db, *(wish(f"sub_{number}") for number in range(60)))

        def claim(number: int) -> list[str]:
            with db.write() as tx:
                leased = fetch_request.claim(tx, now=START, limit=15, lease=str(number), lease_seconds=60)
            return [each.object_id for each in leased]

        with ThreadPoolExecutor(4) as pool:
            claimed = [object_id for ids in pool.map(claim, range(6)) for object_id in ids]
        assert len(claimed) == len(set(claimed)) == 60

    def test_the_longest_due_come_first_and_what_is_not_due_does_not(self, db: Database) -> None:
        ask(
            db,
            wish("sub_1", seconds=-1, whose="cus_1"),
            wish("sub_2", seconds=-3, whose="cus_2"),
            wish("sub_3", seconds=-2, whose="cus_3"),
            wish("sub_4", seconds=1, whose="cus_4"),
        )
        with db.write() as tx:
            leased = fetch_request.claim(tx, now=START, limit=2, lease="a", lease_seconds=60)
        assert {each.object_id for each in leased} == {"sub_2", "sub_3"}

    def test_a_lease_whose_holder_died_runs_out(self, db: Database) -> None:
        ask(db, wish("sub_1"))
        for moment, expected in ((0, 1), (59, 0), (60, 1)):
            with db.write() as tx:
                now = START + moment * SECOND
                assert len(fetch_request.claim(tx, now=now, limit=9, lease="a", lease_seconds=60)) == expected

    def test_a_wish_made_meanwhile_is_not_fulfilled_by_an_older_answer(self, db: Database) -> None:
        ask(db, wish("sub_1"))
        with db.write() as tx:
            (leased,) = fetch_request.claim(tx, now=START, limit=1, lease="a", lease_seconds=60)
        ask(db, wish("sub_1", why="newer"))
        with db.write() as tx:
            assert fetch_request.claim(tx, now=START, limit=1, lease="b", lease_seconds=60) == []
            fetch_request.done(tx, leased)
            (again,) = fetch_request.claim(tx, now=START, limit=1, lease="b", lease_seconds=60)
            assert again.why == "newer"
            fetch_request.done(tx, again)
        assert rows(db) == []


class TestFairness:
    def test_a_thousand_objects_of_one_customer_do_not_starve_anothers_one(self, db: Database) -> None:
        ask(db, *(wish(f"in_big_{number:04}", kind="invoice", whose="cus_big") for number in range(1000)))
        assert _served(db, 200) == {f"in_big_{number:04}" for number in range(200)}
        ask(db, wish("in_small", kind="invoice", seconds=5, whose="cus_small"))
        assert "in_small" in _served(db, 2, seconds=5)

    def test_customers_take_turns(self, db: Database) -> None:
        for whose in ("cus_a", "cus_b", "cus_c"):
            ask(db, *(wish(f"{whose}_{number}", whose=whose) for number in range(3)))
        for number in range(3):
            assert _served(db, 3) == {f"cus_{name}_{number}" for name in "abc"}

    def test_who_comes_late_gets_no_turns_of_the_past(self, db: Database) -> None:
        ask(db, *(wish(f"a_{number}", whose="cus_a") for number in range(6)))
        _served(db, 3)
        ask(db, *(wish(f"b_{number}", seconds=1, whose="cus_b") for number in range(3)))
        for number in range(3):
            assert _served(db, 2, seconds=1) == {f"a_{number + 3}", f"b_{number}"}

    def test_asking_again_does_not_change_the_turn(self, db: Database) -> None:
        ask(db, wish("a_0", whose="cus_a"), wish("a_1", whose="cus_a"))
        before = [row.turn for row in rows(db)]
        ask(db, wish("a_0", whose="cus_a", why="newer"))
        assert [row.turn for row in rows(db)] == before == [0, 1]

    def test_objects_that_name_no_customer_queue_by_kind(self, db: Database) -> None:
        ask(db, *(wish(f"re_{number}", kind="refund", seconds=-9) for number in range(50)))
        ask(db, wish("sub_1", whose="cus_1"))
        assert "sub_1" in _served(db, 2)


def _served(db: Database, limit: int, *, seconds: float = 0) -> set[str]:
    """Whose turn it is, and it is done."""
    with db.write() as tx:
        now = START + seconds * SECOND
        leased = fetch_request.claim(tx, now=now, limit=limit, lease="a", lease_seconds=60)
        for each in leased:
            fetch_request.done(tx, each)
    return {each.object_id for each in leased}
