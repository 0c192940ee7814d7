"""Time cut into segments with one answer each: contiguous, half-open, from ever to for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    ACTIVE = "active"
    TRIAL = "trial"
    ENDING = "ending"
    PENDING = "pending"
    GRACE = "grace"
    UNCONFIRMED = "unconfirmed"
    FREE_PAUSE = "free_pause"
    ENDED = "ended"
    UNPAID = "unpaid"
    INCOMPLETE = "incomplete"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    NO_SUBSCRIPTION = "no_subscription"


ENTITLED = frozenset(
    {
        Reason.ACTIVE,
        Reason.TRIAL,
        Reason.ENDING,
        Reason.PENDING,
        Reason.GRACE,
        Reason.UNCONFIRMED,
        Reason.FREE_PAUSE,
    }
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One answer, up to `until` (None: for ever)."""

    until: datetime | None
    entitled: bool
    reason: Reason


Segments = tuple[Segment, ...]


def line_up(*parts: tuple[datetime, Reason], then: Reason) -> Segments:
    """Segments in this order; one that would end before its predecessor does not happen."""
    return _joined([Segment(until, reason in ENTITLED, reason) for until, reason in parts], then)


def cut(segments: Segments, at: datetime, then: Reason) -> Segments:
    """As before until `at`, and `then` for ever."""
    kept = [segment for segment in segments if segment.until is not None and segment.until < at]
    whole = segments[len(kept)]
    return _joined([*kept, Segment(at, whole.entitled, whole.reason)], then)


def withhold(segments: Segments, until: datetime, reason: Reason) -> Segments:
    """Nothing before `until`, as before from then on."""
    later = tuple(segment for segment in segments if segment.until is None or segment.until > until)
    if later[0].reason is reason:
        return later
    return (Segment(until, reason in ENTITLED, reason), *later)


def prolong(segments: Segments, until: datetime, reason: Reason) -> Segments:
    """Keeps the access that the last segment would end going up to `until`."""
    *earlier, last = segments
    if last.entitled or not earlier or not earlier[-1].entitled:
        return segments
    return _joined([*earlier, Segment(until, True, reason)], last.reason)


def find(segments: Segments, at: datetime) -> int:
    for index, segment in enumerate(segments):
        if segment.until is None or at < segment.until:
            return index
    raise AssertionError("the last segment lasts for ever")


def flip(segments: Segments, index: int) -> datetime | None:
    """When `entitled` flips after the segment at `index`; if it never will, for what has ended when it ended."""
    entitled = segments[index].entitled
    for segment, after in zip(segments[index:], segments[index + 1 :], strict=False):
        if after.entitled is not entitled:
            return segment.until
    return None if entitled else _ended(segments, index)


def boundaries(segments: Segments) -> Iterator[datetime]:
    return (segment.until for segment in segments if segment.until is not None)


def _ended(segments: Segments, index: int) -> datetime | None:
    return next((before.until for before in reversed(segments[:index]) if before.entitled), None)


def _joined(parts: list[Segment], then: Reason) -> Segments:
    joined: list[Segment] = []
    for part in parts:
        ends, since = part.until, joined[-1].until if joined else None
        if ends is not None and since is not None and ends <= since:
            continue
        if joined and joined[-1].reason is part.reason:
            joined.pop()
        joined.append(part)
    if joined and joined[-1].reason is then:
        joined.pop()
    return (*joined, Segment(None, then in ENTITLED, then))
