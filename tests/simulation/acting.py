"""Letting a process do something, with what may befall it on the way."""

from collections.abc import Callable
from random import Random
from typing import Any

from app.db.engine import DatabaseError
from app.errors import PaidthroughError
from tests.simulation.process import Doom, Fate, Process
from tests.simulation.universe import Hazards, Universe


class Broken(AssertionError):
    """Something that must hold does not."""


def let(universe: Universe, process: Process, what: str, act: Callable[[], Any], random: Random) -> str:
    """The sentence about it. An error that nothing explains is one of ours."""
    return tell(process, process.begin(what, act, draw_doom(universe.hazards, random)))


def let_go_on(universe: Universe, process: Process, random: Random) -> str:
    return tell(process, process.go_on(draw_doom(universe.hazards, random)))


def tell(process: Process, fate: Fate) -> str:
    what = f"{process.name} {process.doing}"
    match fate:
        case Fate.PARKS:
            return f"{what}, and stands still in the middle of it"
        case Fate.DIES:
            process.restart()
            return f"{what}, dies in the middle of it and is started again"
    outcome = process.outcome
    if not isinstance(outcome, Exception):
        return f"{what}: {_short(outcome)}"
    if isinstance(outcome, PaidthroughError) or (process.struck and isinstance(outcome, DatabaseError)):
        return f"{what}: {type(outcome).__name__}"
    raise Broken(f"{what}: {outcome!r}") from outcome


def draw_doom(hazards: Hazards, random: Random) -> Doom:
    """Always as many draws, so that a story stays the same when its hazards change."""
    parks, dies, database = random.random(), random.random(), random.random()
    after, statement, commit = int(random.expovariate(1 / 4)), random.randrange(1, 30), random.randrange(1, 5)
    kind, took_effect = random.random(), random.random() < 0.5
    fate = Fate.DIES if dies < hazards.dies else Fate.PARKS if parks < hazards.parks else Fate.ENDS
    if database >= hazards.database:
        return Doom(fate, after)
    if kind < 0.6:
        return Doom(fate, after, broken_statement=statement)
    return Doom(fate, after, broken_commit=commit, commit_took_effect=took_effect)


def _short(outcome: Any) -> str:
    return " ".join(str(outcome).split())[:100]
