"""What an object looks like, decided from a log of events in any order, with duplicates and several in one second.

An event's `previous_attributes` describe the state that it found, so the entries of one second are the steps of a walk,
and the order is the walk in which each step starts where the one before it ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any

from app.policy.event_order_entry import FETCHED, Entry
from app.policy.event_order_rank import likelihood_of_being_last
from app.policy.event_order_search import LIMIT, MISFIT, ROUGHLY, TOO_MANY, Orders, Walks
from app.policy.event_order_state import same

__all__ = ["FETCHED", "Entry", "Resolution", "Verdict", "place", "resolve_log", "resolve_second"]


class Verdict(StrEnum):
    TAKE = "take"  # newer than the row
    STALE = "stale"  # older than the row, and cannot change what it says
    TIE = "tie"  # same second: resolve the row's second
    RE_RESOLVE = "re_resolve"  # older, but the row's second waits for a word on what came before it
    REFETCH = "refetch"  # a fetch may or may not have seen it


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """What the object looked like at the end of a second.

    `resolved` is false for a best guess. `settled` is false also where the answer leans on the state before the second,
    which a late event can still correct: such a row must be resolved again when one arrives.
    """

    last: Entry
    resolved: bool = True
    settled: bool = True
    candidates: tuple[Entry, ...] = ()
    why: str = ""


def place(created: int, *, as_of: int | None, uncertain_until: int | None, resolved: bool, from_fetch: bool) -> Verdict:
    """Where an entry of that second stands against its object's row; `resolved` is the row's `Resolution.settled`.

    A fetched snapshot is always taken (whoever fetched has made sure that no event came in between).
    """
    if as_of is None or from_fetch:
        return Verdict.TAKE
    if uncertain_until is not None and as_of <= created <= uncertain_until:
        return Verdict.REFETCH
    if created > as_of:
        return Verdict.TAKE
    if created == as_of:
        return Verdict.TIE
    return Verdict.STALE if resolved else Verdict.RE_RESOLVE


def resolve_second(entries: Sequence[Entry], before: Mapping[str, Any] | None) -> Resolution:
    """All entries of one object in one second, and the state just before it, if that is known."""
    if len(entries) == 1:
        return Resolution(last=entries[0])
    telling = _telling(entries)
    if len(telling) == 1:
        return Resolution(last=telling[0])
    if len(telling) > LIMIT:
        return _guess(telling, why="too many changes in one second")
    walks = Walks(telling)
    return _judge(walks.cheapest(before), walks.possible_ends())


def resolve_log(entries: Iterable[Entry], before: Mapping[str, Any] | None = None) -> Resolution:
    """The newest second of a log, each tied second resolved from the one before it.

    A second with a single entry depends on nothing, so that a log may be read back to there and no further.
    """
    distinct = sorted({entry.id: entry for entry in entries}.values(), key=attrgetter("created", "id"))
    resolution: Resolution | None = None
    for _, second in groupby(distinct, key=attrgetter("created")):
        resolution = resolve_second(list(second), before)
        before = resolution.last.body if resolution.resolved else None
    if resolution is None:
        raise ValueError("an empty log shows no object")
    return resolution


def _judge(orders: Orders, possible_ends: Sequence[Entry]) -> Resolution:
    """Where every possible end looks like this one, the state before the second does not matter."""
    guess = _guess(orders.ends, why="several orders fit and end differently")
    if orders.cost >= TOO_MANY:
        return replace(guess, why="too many orders to try")
    if orders.cost >= MISFIT:
        return replace(guess, why="no order fits")
    if len(guess.candidates) > 1:
        return guess
    if all(_end_alike(guess.last, end) for end in possible_ends):
        return Resolution(last=guess.last)
    if orders.cost >= ROUGHLY:
        return replace(guess, why="the state before it fits only roughly")
    return Resolution(last=guess.last, settled=False)


def _guess(ends: Sequence[Entry], *, why: str) -> Resolution:
    candidates: list[Entry] = []
    for entry in sorted(ends, key=likelihood_of_being_last, reverse=True):
        if not any(_end_alike(entry, other) for other in candidates):
            candidates.append(entry)
    return Resolution(last=candidates[0], resolved=False, settled=False, candidates=tuple(candidates), why=why)


def _telling(entries: Sequence[Entry]) -> list[Entry]:
    """Each event once, and without the news that only repeats another's (paid, payment succeeded)."""
    distinct = {entry.id: entry for entry in entries}.values()
    kept: list[Entry] = []
    for entry in sorted(distinct, key=likelihood_of_being_last, reverse=True):
        if _marks(entry) or not any(not _marks(other) and same(entry.body, other.body) for other in kept):
            kept.append(entry)
    return kept


def _marks(entry: Entry) -> bool:
    """It says something beside its body: what was before, or that here is the beginning or the end."""
    return bool(entry.previous) or entry.is_created or entry.is_deleted or entry.is_fetched


def _end_alike(one: Entry, other: Entry) -> bool:
    return one.is_deleted == other.is_deleted and same(one.body, other.body)
