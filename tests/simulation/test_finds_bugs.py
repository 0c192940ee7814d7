"""The stories are worth something: each bug that is planted here is found by one of them, and not without it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.simulation.hand_written import an_event_overtakes_an_answer, two_claims_about_one_payment
from tests.simulation.planted_bugs import PLANTED, Plant, Planted, stale_fetch_overwrites
from tests.simulation.play import Outcome, play
from tests.simulation.shrink import shrink
from tests.simulation.steps import Story, write_story
from tests.simulation.universe import Hazards
from tests.support.databases import empty_sqlite
from tests.support.money_bugs import no_lock

HAND_WRITTEN = (
    (stale_fetch_overwrites, an_event_overtakes_an_answer, "mirror"),
    (no_lock, two_claims_about_one_payment, "reversed"),
)


@cache
def without_any_bug(story: Story, hazards: Hazards | None) -> Outcome:
    """Once for all bugs that are found by this story."""
    return play(story, hazards=hazards)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.plant.__name__)
def test_a_planted_bug_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    story = write_story(planted.seed, steps=planted.steps, weights=planted.weights)
    assert without_any_bug(story, planted.hazards).failure is None
    planted.plant(monkeypatch)
    failure = play(story, hazards=planted.hazards).failure
    assert failure is not None
    assert re.search(planted.sign, failure)


@pytest.mark.parametrize(("plant", "story", "sign"), HAND_WRITTEN)
def test_a_planted_bug_is_found_by_a_story_written_by_hand(
    plant: Plant, story: Callable[[str], None], sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
    story(empty_sqlite(tmp_path / "without"))
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=sign):
        story(empty_sqlite(tmp_path / "with"))


def test_a_failing_story_becomes_a_short_one() -> None:
    """Two steps of sixty are to blame; a failure of another kind does not count."""
    story = write_story(1, steps=60, weights={"time passes": 1.0})
    guilty = {story.steps[17], story.steps[41]}

    def play(candidate: Story) -> Outcome:
        failure = "money is gone" if guilty <= set(candidate.steps) else "another thing" if candidate.steps else None
        return Outcome(failure, len(candidate.steps), ())

    short = shrink(story, "money is gone", seconds=10, play=play)
    assert set(short.steps) == guilty
