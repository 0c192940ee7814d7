"""The stored log alone makes the same mirror once more."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app.billing import backfill, fetching, rebuild
from app.billing.pace import Pace
from app.billing.rebuild import Rebuilt
from app.db.engine import Database
from app.db.invoice import Invoice
from app.db.tables import table_of
from app.errors import PaidthroughError
from tests.support.databases import empty_sqlite
from tests.support.stage import Stage, stage
from tests.support.truth import untruths

QUICK = Pace(1e6)


def again(stage: Stage, folder: Path) -> Rebuilt:
    (folder / "rebuilt").mkdir(exist_ok=True)
    target = Database(empty_sqlite(folder / "rebuilt"))
    outcome = rebuild.rebuild(stage.context, target)
    target.close()
    return outcome


def live(stage: Stage) -> None:
    """Lives with shuffled and doubled webhooks, fetches in between, money that goes back."""
    trouble, call = stage.world.trouble, stage.world.call
    trouble.duplicate()
    trouble.reorder(7)
    subscriptions = [stage.subscribe(f"user{number}") for number in range(4)]
    _fetch(stage)
    call("POST", f"/v1/subscriptions/{subscriptions[0]}", cancel_at_period_end=True)
    call("POST", f"/v1/subscriptions/{subscriptions[0]}", cancel_at_period_end=False)
    stage.advance(days=20)
    _fetch(stage)
    stage.advance(days=20)
    charges = list(stage.world.account.store.all("charge"))
    call("POST", "/v1/refunds", charge=charges[-1]["id"])
    call("DELETE", f"/v1/customers/{charges[0]['customer']}")
    stage.advance(days=1)
    _fetch(stage)


def test_the_log_makes_the_same_mirror(database_url: str, tmp_path: Path) -> None:
    with stage(database_url) as made:
        live(made)
        outcome = again(made, tmp_path)
        assert outcome.differences == ()
        assert outcome.entries > 100


def test_a_backfilled_mirror_is_made_of_its_snapshots(database_url: str, tmp_path: Path) -> None:
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        live(made)
        backfill.run(made.context, tell=lambda _: None, wait=lambda _: None, pace=QUICK)
        made.world.trouble.calm()
        made.subscribe("late")
        made.advance(days=30)
        _fetch(made)
        assert untruths(made.context.db, made.world) == []
        assert again(made, tmp_path).differences == ()


def test_events_in_another_release_are_made_of_what_was_fetched(database_url: str, tmp_path: Path) -> None:
    with stage(database_url) as made:
        for endpoint in made.world.account.store.all("webhook_endpoint"):
            endpoint["api_version"] = "2024-06-20"
        live(made)
        assert again(made, tmp_path).differences == ()


def test_a_row_that_the_log_does_not_tell_is_found(database_url: str, tmp_path: Path) -> None:
    with stage(database_url) as made:
        made.subscribe("ada")
        with made.context.db.write() as tx:
            tx.execute(update(table_of(Invoice)).values(status="void"))
        (found,) = again(made, tmp_path).differences
        assert (found.kind, found.column, found.here, found.there) == ("invoice", "status", "void", "paid")


def test_it_never_writes_over_anything(database_url: str) -> None:
    with stage(database_url) as made:
        made.subscribe("ada")
        with pytest.raises(PaidthroughError, match="not empty"):
            rebuild.rebuild(made.context, made.context.db)


def _fetch(stage: Stage) -> None:
    stage.advance(seconds=5)
    while fetching.run_pending(stage.context, pace=QUICK).taken:
        stage.advance(seconds=1)
