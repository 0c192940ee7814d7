"""The stories are worth something: each bug that is planted here is found by one of them, and not without it."""

import re

import pytest

from tests.simulation.planted_bugs import PLANTED, Planted
from tests.simulation.play import Outcome, play
from tests.simulation.shrink import shrink
from tests.simulation.steps import Story, write_story


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.plant.__name__)
def test_a_planted_bug_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    story = write_story(planted.seed, steps=planted.steps, weights=planted.weights)
    assert play(story, hazards=planted.hazards).failure is None
    planted.plant(monkeypatch)
    failure = play(story, hazards=planted.hazards).failure
    assert failure is not None
    assert re.search(planted.sign, failure)


def test_a_failing_story_becomes_a_short_one() -> None:
    """Two steps of sixty are to blame; a failure of another kind does not count."""
    story = write_story(1, steps=60, weights={"time passes": 1.0})
    guilty = {story.steps[17], story.steps[41]}

    def play(candidate: Story) -> Outcome:
        failure = "money is gone" if guilty <= set(candidate.steps) else "another thing" if candidate.steps else None
        return Outcome(failure, len(candidate.steps), ())

    short = shrink(story, "money is gone", seconds=10, play=play)
    assert set(short.steps) == guilty
