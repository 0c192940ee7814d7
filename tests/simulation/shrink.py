"""A failing story made short: steps are taken out, in ever smaller pieces, as long as it fails in the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from tests.simulation.play import Outcome, play
from tests.simulation.steps import Story

Play = Callable[[Story], Outcome]
VARIES = re.compile(r"[A-Za-z]+_\w+|\b\w{4}\b(?=[:, ])|\d+|'[^']*'|\[.*\]|\{.*\}")


def shrink(story: Story, failure: str, *, seconds: float, play: Play = play) -> Story:
    """The shortest story found in that time that still fails like this."""
    ends, kind = monotonic() + seconds, kind_of(failure)

    def fails(candidate: Story) -> bool:
        outcome = play(candidate)
        return outcome.failure is not None and kind_of(outcome.failure) == kind

    size = max(len(story.steps) // 2, 1)
    while monotonic() < ends:
        shorter = _without_pieces(story, size, fails, ends)
        if size == 1 and len(shorter.steps) == len(story.steps):
            return shorter
        story, size = shorter, max(min(size // 2, len(shorter.steps) // 2), 1)
    return story


def kind_of(failure: str) -> str:
    """A failure without what differs from story to story."""
    return VARIES.sub("", failure.splitlines()[0] if failure else "")[:60]


def _without_pieces(story: Story, size: int, fails: Callable[[Story], bool], ends: float) -> Story:
    """From the end on: what comes late matters least to the rest."""
    at = len(story.steps)
    while at > 0 and monotonic() < ends:
        start = max(at - size, 0)
        candidate = replace(story, steps=story.steps[:start] + story.steps[at:])
        if fails(candidate):
            story = candidate
        at = start
    return story
