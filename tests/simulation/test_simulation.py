"""Stories of a fixed set of seeds: whatever befalls Stripe, the network, the database and us, what must hold holds."""

import pytest

from tests.simulation.play import play
from tests.simulation.steps import write_story
from tests.simulation.table import WEIGHTS

SEEDS = range(1, 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_ends_well(seed: int) -> None:
    outcome = play(write_story(seed, steps=200, weights=WEIGHTS))
    assert outcome.failure is None, "\n".join([*outcome.told, outcome.failure or ""])


@pytest.mark.postgres
def test_a_story_on_postgres_ends_well() -> None:
    outcome = play(write_story(5, steps=30, weights=WEIGHTS), postgres=True)
    assert outcome.failure is None, "\n".join([*outcome.told, outcome.failure or ""])


def test_the_same_seed_tells_the_same_story() -> None:
    story = write_story(3, steps=30, weights=WEIGHTS)
    assert play(story).told == play(story).told
