"""The cheapest order of one second's entries: each is a step from the state it found to the state it left.

A path through all entries costs by what does not fit; the weights lie so far apart that one worse kind of misfit
always outweighs every milder one. Orders that differ only in the past are searched once, and an order is left where it
no longer fits, so that a chain costs little however long; `WIDTH` bounds what is not a chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.policy.event_order_entry import Entry
from app.policy.event_order_rank import rank
from app.policy.event_order_state import describes, same, state_before

LIMIT = 24  # entries in one second that say something of their own
WIDTH = 256  # half-made orders at a time: enough for eight entries that nothing chains

FITS = 0
AFTER_END = 1  # changed after a deletion or a fetch, which rather saw the end of the second
REPEATED = 1 << 4  # two events that tell of one change
LEAP = 1 << 8  # no `previous_attributes` and another state: believed, but explained by nothing
BACKWARD = 1 << 12  # against the life of the object: anything before its creation, finalized after paid
ROUGHLY = 1 << 16  # what it changed fits, something that it does not speak of differs
MISFIT = 1 << 20
TOO_MANY = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Orders:
    cost: int
    ends: Sequence[Entry]


class Walks:
    """Every order of one second's entries, for any state that they may have found."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._steps = [[0 if entry is state else _follow(entry, state) for entry in entries] for state in entries]
        self._late = [_belong_after(entry, entries) for entry in entries]
        self._ends = sum(1 << at for at, entry in enumerate(entries) if entry.is_deleted or entry.is_fetched)
        self._beginning_with = [self._cheapest_after(first) for first in range(len(entries))]

    def cheapest(self, found: Mapping[str, Any] | None) -> Orders:
        """The least cost, and what ends an order of that cost; where none fits, what nothing seems to follow."""
        starts = zip(self.entries, self._beginning_with, strict=True)
        whole = [(_step(entry, found) + orders.cost, orders.ends) for entry, orders in starts]
        if any(orders.cost == TOO_MANY for orders in self._beginning_with):
            return Orders(cost=TOO_MANY, ends=self._unfollowed())
        least = min(cost for cost, _ in whole)
        ends = [end for cost, ends in whole for end in ends if cost == least]
        return Orders(cost=least, ends=ends or self._unfollowed())

    def possible_ends(self) -> list[Entry]:
        """What could come last had another state been found: none makes news without old values dearer than a leap."""
        starts = list(zip(self.entries, self._beginning_with, strict=True))
        bound = min([MISFIT - 1, *(orders.cost + LEAP for entry, orders in starts if not entry.previous)])
        return [end for _, orders in starts if orders.cost <= bound for end in orders.ends]

    def _cheapest_after(self, first: int) -> Orders:
        reached = {(1 << first, first): 0}
        for _ in range(len(self.entries) - 1):
            reached = self._extend(reached)
            if len(reached) > WIDTH:
                return Orders(cost=TOO_MANY, ends=[])
        least = min(reached.values(), default=MISFIT)
        return Orders(cost=least, ends=[self.entries[last] for (_, last), cost in reached.items() if cost == least])

    def _unfollowed(self) -> list[Entry]:
        followed = [
            min(step for at, step in enumerate(steps) if at != last) < LEAP for last, steps in enumerate(self._steps)
        ]
        return [entry for entry, left in zip(self.entries, followed, strict=True) if not left] or list(self.entries)

    def _extend(self, reached: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
        longer: dict[tuple[int, int], int] = {}
        for (used, last), cost in reached.items():
            ended = AFTER_END if used & self._ends else 0
            for at, step in enumerate(self._steps[last]):
                if used >> at & 1:
                    continue
                total = cost + step + ended + (BACKWARD if used & self._late[at] else 0)
                key = used | 1 << at, at
                if total < longer.get(key, MISFIT):
                    longer[key] = total
        return longer


def _follow(entry: Entry, earlier: Entry) -> int:
    """A deletion is followed by nothing but our own fetch; a canceled subscription may still be annotated."""
    step = _step(entry, earlier.body)
    if not earlier.is_deleted or entry.is_fetched:
        return step
    return step if step == FITS and earlier.type == "customer.subscription.deleted" else MISFIT


def _step(entry: Entry, state: Mapping[str, Any] | None) -> int:
    """What it costs to believe that the entry came upon this state; an unknown state is never in the way."""
    if state is None:
        return FITS
    if not entry.previous:
        return FITS if same(entry.body, state) else LEAP
    if describes(entry.previous, entry.body, state):
        return FITS if same(state_before(entry.body, entry.previous), state) else ROUGHLY
    return REPEATED if same(entry.body, state) else MISFIT


def _belong_after(entry: Entry, entries: Sequence[Entry]) -> int:
    """A bit for each entry that should come only after this one."""
    return sum(1 << at for at, other in enumerate(entries) if other is not entry and _precedes(entry, other))


def _precedes(entry: Entry, other: Entry) -> bool:
    if entry.is_created:
        return not other.is_created
    if entry.previous or other.previous or other.is_fetched:
        return False
    mine, theirs = rank(entry), rank(other)
    return mine is not None and theirs is not None and mine < theirs
