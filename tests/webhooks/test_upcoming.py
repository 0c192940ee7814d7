"""An invoice that does not exist yet is told by Stripe before every renewal: kept, and taken for nothing more."""

from typing import Any

import pytest
from sqlalchemy import text

from app.billing.fetching import run_pending
from tests.support.product import ask_access
from tests.support.stage import Stage, stage
from tests.support.truth import untruths


@pytest.mark.parametrize("rendered", ["absent", "null", "upcoming_in"])
def test_it_is_kept_and_changes_nothing(database_url: str, rendered: Any) -> None:
    with stage(database_url) as acted:
        acted.world.settings.upcoming_days = 7
        acted.world.variants.upcoming_invoice_id = rendered
        acted.subscribe("ann")
        before = ask_access(acted.browser(), "ann")
        acted.advance(days=25)
        assert _rows(acted, "SELECT state, why FROM inbox_event WHERE type = 'invoice.upcoming'") == [
            ("ignored", "nothing to mirror")
        ]
        assert ask_access(acted.browser(), "ann") | {"as_of": None} == before | {"as_of": None}
        acted.advance(days=7)
        assert list(acted.world.deliveries()) == []  # none has to come again
        assert ask_access(acted.browser(), "ann")["reason"] == "active"
        assert len(_rows(acted, "SELECT id FROM invoice")) == 2
        assert run_pending(acted.context).taken == 0
        assert untruths(acted.context.db, acted.world) == []


def _rows(acted: Stage, sql: str) -> list[tuple[Any, ...]]:
    with acted.context.db.read() as tx:
        return [tuple(row) for row in tx.execute(text(sql))]
