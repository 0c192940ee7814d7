"""`python -m tests.simulation`: play many stories, and tell those that fail as shortly as can be."""

import argparse
import sys
from functools import partial
from time import monotonic

from tests.simulation.play import Outcome, play
from tests.simulation.shrink import Play, shrink
from tests.simulation.steps import Story, write_story
from tests.simulation.table import WEIGHTS


def main() -> int:
    given = _arguments()
    stage = partial(play, postgres=given.database == "postgres")
    seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
    began, steps, failed = monotonic(), 0, []
    for number, seed in enumerate(seeds, 1):
        story = write_story(seed, steps=given.steps, weights=WEIGHTS)
        outcome = stage(story)
        steps += outcome.played
        if given.told:
            print("\n".join(outcome.told))
        if outcome.failure:
            failed.append(seed)
            _tell(story, outcome, stage, given.shrink)
        pace = steps / (monotonic() - began)
        print(f"{number}/{len(seeds)} stories, {steps} steps, {pace:.0f} a second, {len(failed)} failed", flush=True)
        if failed and not given.keep_going:
            break
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seed", type=int, help="only this one")
    given.add_argument("--seeds", type=int, default=50, help="so many, from --first on")
    given.add_argument("--first", type=int, default=1)
    given.add_argument("--steps", type=int, default=300)
    given.add_argument("--told", action="store_true", help="tell every story whole")
    given.add_argument("--shrink", type=float, default=60, help="seconds to make a failing story short")
    given.add_argument("--keep-going", action="store_true", help="do not end with the first failure")
    given.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    return given.parse_args()


def _tell(story: Story, outcome: Outcome, stage: Play, seconds: float) -> None:
    assert outcome.failure is not None
    print(f"\nseed {story.seed} fails at step {outcome.played} of {len(story.steps)}: {outcome.failure}")
    print(f"again: make simulate SEED={story.seed} STEPS={len(story.steps)}")
    if seconds:
        played = Story(story.seed, story.steps[: outcome.played])
        short = shrink(played, outcome.failure, seconds=seconds, play=stage)
        told = stage(short)
        print(f"in {len(short.steps)} steps:", *told.told, f"{told.failure}", sep="\n  ")


sys.exit(main())
