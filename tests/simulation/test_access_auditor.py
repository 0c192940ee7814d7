"""What the auditor asks of the answers about access, and what it grants to clocks that differ."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from app.billing.standing import Ruling, decide_standing
from app.db import access_reads
from app.policy.standing import Standing
from tests.simulation.access_auditor import AccessAuditor
from tests.simulation.acting import Broken
from tests.simulation.acts_of_rehearsal import CLOCK
from tests.simulation.acts_of_rehearsal import begins as rehearsal_begins
from tests.simulation.acts_of_time import DAY, run_job
from tests.simulation.rest import CALM, deliver_all
from tests.simulation.universe import Universe, universe
from tests.support.databases import empty_sqlite


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Universe]:
    with universe(empty_sqlite(tmp_path), webs=1, jobs=1) as made:
        made.outside.subscribes(0)
        deliver_all(made)
        yield made


def terminate(world: Universe) -> None:
    ruling = Ruling(uid="alice", standing=Standing.TERMINATED, reason="seen", actor="olga")
    decide_standing(world.webs[0].context, ruling)


def test_who_is_terminated_by_a_clock_that_is_ahead_is_out_once_the_others_are_there(world: Universe) -> None:
    world.skews["web-1"] = world.ahead = 2
    auditor = AccessAuditor(world)
    terminate(world)
    auditor.check()
    world.pass_time(2)
    auditor.check()
    assert world.get("/v1/access/alice")["reason"] == "terminated"


def test_who_is_let_in_after_a_termination_is_found(world: Universe) -> None:
    world.skews["web-1"] = 600
    auditor = AccessAuditor(world)
    terminate(world)
    with pytest.raises(Broken, match="alice is terminated and let in"):
        auditor.check()


def settle(world: Universe) -> None:
    for _ in range(3):
        world.pass_time(5)
        deliver_all(world)
        world.pass_time(5)
        run_job(world, world.jobs[0], "pending_fetches", CALM)


def test_access_on_a_test_clock_is_judged_by_its_time(world: Universe, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month later by that clock, and half a minute by the wall's; a product that goes by the wall's is found."""
    auditor, call = AccessAuditor(world), world.world.call
    assert rehearsal_begins(world, Random(1))
    settle(world)
    auditor.check()
    (clock,), sub = world.world.account.store.all(CLOCK), next(world.world.account.store.newest_first("subscription"))
    assert (sub["test_clock"], clock["frozen_time"] - world.world.now) == (clock["id"], -30)
    call("POST", f"/v1/subscriptions/{sub['id']}", cancel_at_period_end=True)
    call("POST", f"/v1/test_helpers/test_clocks/{clock['id']}/advance", frozen_time=clock["frozen_time"] + 35 * DAY)
    settle(world)
    auditor.check()
    assert world.get("/v1/access/rita")["reason"] == "ended"
    monkeypatch.setattr(access_reads, "_frozen_time", lambda *_: None)
    with pytest.raises(Broken, match="rita is let in"):
        auditor.check()
