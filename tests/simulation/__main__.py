"""`python -m tests.simulation`: play many stories, and tell one that fails."""

import argparse
import sys
from time import monotonic

from tests.simulation.play import play
from tests.simulation.steps import write_story
from tests.simulation.table import WEIGHTS


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--seed", type=int, help="only this one")
    given.add_argument("--seeds", type=int, default=20, help="so many, from --first on")
    given.add_argument("--first", type=int, default=1)
    given.add_argument("--steps", type=int, default=200)
    given.add_argument("--told", action="store_true", help="tell the whole story")
    chosen = given.parse_args()
    began, steps = monotonic(), 0
    for seed in [chosen.seed] if chosen.seed else range(chosen.first, chosen.first + chosen.seeds):
        outcome = play(write_story(seed, steps=chosen.steps, weights=WEIGHTS))
        steps += outcome.played
        print(f"seed {seed}: {outcome.failure or 'ok'} {outcome.digest}, {steps / (monotonic() - began):.0f} steps/s")
        if chosen.told:
            print("\n".join(outcome.told))
        if outcome.failure:
            return 1
    return 0


sys.exit(main())
