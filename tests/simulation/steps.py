"""A story as data: what happens, one step after the other, each with a seed of its own for all that it chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Step:
    """Without its neighbours it is still a step: what it is about is chosen from what there is when its turn comes."""

    act: str
    seed: int


@dataclass(frozen=True, slots=True)
class Story:
    """`seed` also chooses how this world is furnished; see `tests.simulation.play`."""

    seed: int
    steps: tuple[Step, ...]


def write_story(seed: int, *, steps: int, weights: Mapping[str, float]) -> Story:
    """The same seed gives the same story; a longer one begins with the same steps."""
    random = Random(f"story {seed}")
    names, chances = list(weights), _moods(seed, weights)
    return Story(seed, tuple(Step(random.choices(names, chances)[0], random.getrandbits(32)) for _ in range(steps)))


def _moods(seed: int, weights: Mapping[str, float]) -> list[float]:
    """Each story likes some acts more than others, and knows some not at all: rare mixtures come about that way."""
    random = Random(f"moods {seed}")
    return [weight * random.choice((0, 0.3, 1, 1, 1, 3)) for weight in weights.values()]
