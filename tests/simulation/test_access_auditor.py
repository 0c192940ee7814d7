"""What the auditor asks of the answers about access, and what it grants to clocks that differ."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from tests.simulation.access_auditor import AccessAuditor
from tests.simulation.acting import Broken
from tests.simulation.rest import deliver_all
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
