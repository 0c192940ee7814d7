"""Old events are forgotten, and nothing that rests on the log changes."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from app.billing import retention
from app.billing.mirror import take_events
from app.policy.envelope import read_envelope
from tests.recovery.test_rebuild import again, live
from tests.support.product import ask_access, settings
from tests.support.stage import Stage, stage


def test_the_log_makes_the_same_mirror_after_it_was_pruned(database_url: str, tmp_path: Path) -> None:
    with stage(database_url, event_retention_days=30) as made:
        live(made)
        before, mirror = _count(made), _mirror(made)
        _later(made)
        access = ask_access(made.browser(), "user1")
        assert retention.run(made.context).events == before - _count(made) > 5
        assert _mirror(made) == mirror
        assert again(made, tmp_path).differences == ()
        assert ask_access(made.browser(), "user1") == access
        assert retention.run(made.context).events == 0


def test_what_was_pruned_and_comes_again_does_no_harm(database_url: str) -> None:
    with stage(database_url, event_retention_days=30) as made:
        live(made)
        _later(made)
        retention.run(made.context)
        mirror = _mirror(made)
        envelopes = [read_envelope(event, orjson.dumps(event).decode()) for event in made.world.events]
        for start in range(0, len(envelopes), 50):
            take_events(made.context, envelopes[start : start + 50])
        assert _mirror(made) == mirror


def test_what_waits_and_what_is_young_stays(database_url: str) -> None:
    with stage(database_url, event_retention_days=30) as made:
        _a_month(made)
        with made.context.db.write() as tx:
            tx.execute(text("UPDATE inbox_event SET state = 'quarantined'"))
        _later(made)
        assert retention.run(made.context).events == 0


def test_it_keeps_for_ever_unless_told(database_url: str) -> None:
    with stage(database_url) as made:
        _a_month(made)
        _later(made)
        assert retention.run(made.context).events == 0


@pytest.mark.parametrize("days", [1, 29])
def test_less_than_stripes_own_thirty_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="30"):
        settings("sqlite://", event_retention_days=days)


def _a_month(made: Stage) -> None:
    """Enough for something to be forgotten."""
    made.subscribe("ada")
    made.advance(days=33)


def _later(made: Stage) -> None:
    made.clock.advance(timedelta(days=60))


def _count(made: Stage) -> int:
    with made.context.db.read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM inbox_event")).scalar_one())


def _mirror(made: Stage) -> list[object]:
    with made.context.db.read() as tx:
        return [
            tuple(row)
            for table in ("customer", "subscription", "invoice", "charge", "refund")
            for row in tx.execute(text(f"SELECT id, as_of, body, resolved, deleted FROM {table} ORDER BY id"))
        ]
