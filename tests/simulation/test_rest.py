"""At rest the auditor asks for what it may: no more than Stripe has told, or the daily audit can have seen."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.billing import backfill, drift
from jobs.table import JOBS
from tests.simulation.acts_of_time import MINUTE
from tests.simulation.rest import come_to_rest, deliver_all
from tests.simulation.rest_auditor import check_rest
from tests.simulation.universe import Universe, universe
from tests.support.databases import empty_sqlite


@pytest.fixture
def world(tmp_path: Any) -> Iterator[Universe]:
    with universe(empty_sqlite(tmp_path), webs=1, jobs=1) as made:
        made.outside.subscribes(0)
        deliver_all(made)
        yield made


def test_what_a_job_changes_at_the_last_moment_is_still_told(world: Universe, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a settlement does that had to wait until then."""
    charge, begun = next(world.world.account.store.all("charge"))["id"], world.world.now

    def refund(_context: Any) -> int:
        if world.world.now - begun > 80 * MINUTE and not list(world.world.account.store.all("refund")):
            world.outside.staff_refunds(0)
        return 0

    monkeypatch.setitem(JOBS, "backlog", replace(JOBS["backlog"], act=refund))
    come_to_rest(world)
    assert [it["charge"] for it in world.world.account.store.all("refund")] == [charge]
    check_rest(world)


def test_what_stripe_changes_without_a_word_is_for_the_daily_audit(world: Universe) -> None:
    """A payment of an invoice is canceled when its subscription was not paid for in time, and no event says so."""
    (price,) = {it["items"]["data"][0]["price"]["id"] for it in world.world.account.store.all("subscription")}
    given = {"customer": world.outside.payers[1], "items": [{"price": price}], "payment_behavior": "default_incomplete"}
    world.world.call("POST", "/v1/subscriptions", **given)
    deliver_all(world)
    backfill.run(world.observer, tell=lambda _at: None, wait=lambda _seconds: None)
    drift.run(world.observer, limit=10)  # the daily pass is under way
    come_to_rest(world)
    assert [it.status for it in world.rows("SELECT status FROM invoice_payment WHERE status <> 'paid'")] == ["canceled"]
    check_rest(world)
