"""Playing a story: every step, the auditor after each, and at the end rest."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from app.billing import gap_sweep
from tests.simulation.auditor import Auditor
from tests.simulation.rest import come_to_rest
from tests.simulation.rest_auditor import check_rest
from tests.simulation.steps import Story
from tests.simulation.table import ACTS
from tests.simulation.universe import Hazards, Universe, universe
from tests.support.databases import empty_postgres, empty_sqlite

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failure` is what did not hold, and `played` how many steps it took; `told` is a sentence for each."""

    failure: str | None
    played: int
    told: tuple[str, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256("\n".join(self.told).encode()).hexdigest()[:16]


def play(story: Story, *, hazards: Hazards | None = None, postgres: bool = False) -> Outcome:
    if postgres:
        return _play(story, empty_postgres(), hazards)
    for left in _folder().iterdir():
        left.unlink()
    return _play(story, empty_sqlite(_folder()), hazards)


@cache
def _folder() -> Path:
    """The same for all stories of this process, so that what was compiled for one serves the next."""
    made = tempfile.mkdtemp(prefix="simulation-", dir=MEMORY if MEMORY.is_dir() else None)
    atexit.register(shutil.rmtree, made)
    return Path(made)


def _play(story: Story, database_url: str, hazards: Hazards | None) -> Outcome:
    played = 0
    with universe(database_url, order_id_single_payment=True) as world:
        gap_sweep.run(world.observer)  # the jobs begin when we are installed; from then on no event may be missed
        world.hazards = hazards or _hazards(story.seed)
        auditor = Auditor(world)
        try:
            for step in story.steps:
                played += 1
                _take(world, step.act, step.seed)
                auditor.after_a_step()
            world.told.append("everything comes to rest")
            come_to_rest(world)
            check_rest(world)
            auditor.after_a_step()
        except AssertionError as failure:
            return Outcome(str(failure), played, tuple(world.told))
    return Outcome(None, played, tuple(world.told))


def _take(world: Universe, act: str, seed: int) -> None:
    at = f"{world.clock.now:%b %d %H:%M:%S}"
    try:
        said = ACTS[act][0](world, Random(seed))
    except AssertionError as failure:
        world.told.append(f"{at}  {failure}")
        raise
    if said is not None:
        world.told.append(f"{at}  {said}")


def _hazards(seed: int) -> Hazards:
    random = Random(f"hazards {seed}")
    parks, dies, database = (random.choice((0, 0.02, 0.1)) for _ in range(3))
    return Hazards(parks=parks, dies=dies, database=database)
