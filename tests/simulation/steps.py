"""A story as data: what happens, one step after the other, each with a seed of its own for all that it chooses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import itemgetter
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
    """The same seed gives the same story; a longer one begins with the same steps.

    Every act has a stream of its own, so a new one comes in between and leaves the others as they were.
    """
    streams = [_stream(name, weight, Random(f"{name} in story {seed}")) for name, weight in weights.items()]
    return Story(seed, tuple(step for _, step in islice(merge(*streams, key=itemgetter(0)), steps)))


def _stream(name: str, weight: float, random: Random) -> Iterator[tuple[float, Step]]:
    """When it comes, after waits that chance has drawn.

    Each story likes some acts more than others, and knows some not at all: rare mixtures come about that way.
    """
    rate, at = weight * random.choice((0, 0.3, 1, 1, 1, 3)), 0.0
    while rate:
        at += random.expovariate(rate)
        yield at, Step(name, random.getrandbits(32))
