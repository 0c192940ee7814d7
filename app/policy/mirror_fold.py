"""Fold new entries into an object's row: what the row shows afterwards, and where each entry stands.

Design rules: newer is taken, older is stale, and within one second the log decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter

from app.policy.event_order import Entry, Verdict, place, resolve_log


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Where a row stands; the fields are those of `app.db.mirrored.Mirrored`."""

    as_of: int
    uncertain_until: int | None = None
    prior_at: int | None = None
    resolved: bool = True
    settled: bool = True


@dataclass(kw_only=True, slots=True)
class Fold:
    """`shown` is None while the row keeps its body. `hints` are entries that ask for a fetch instead."""

    head: Head | None
    shown: Entry | None = None
    stale: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    why: str | None = None


def needs_log(head: Head | None, entries: Sequence[Entry]) -> bool:
    """Whether the stored entries around the row's second must be read before folding."""
    if len({entry.created for entry in entries}) < len(entries):
        return head is not None
    return head is not None and any(
        entry.created == head.as_of or (entry.created < head.as_of and not head.settled) for entry in entries
    )


def fold(head: Head | None, entries: Iterable[Entry], log: Sequence[Entry] = ()) -> Fold:
    """Take the entries in Stripe's order of seconds; `log` holds the stored ones of `as_of` and `prior_at`."""
    result = Fold(head=head)
    known = {entry.id: entry for entry in log}
    for second, group in groupby(sorted(entries, key=attrgetter("created")), key=attrgetter("created")):
        together = list(group)
        known.update((entry.id, entry) for entry in together)
        _take(result, second, together, known)
    return result


def take_fetched(head: Head | None, fetched: Entry, *, uncertain_until: int) -> Fold:
    """A fetched snapshot; its stamp never lowers `as_of`."""
    if head is None:
        return Fold(head=Head(as_of=fetched.created, uncertain_until=uncertain_until), shown=fetched)
    as_of = max(fetched.created, head.as_of)
    prior = head.as_of if head.as_of < as_of else head.prior_at
    return Fold(head=Head(as_of=as_of, uncertain_until=max(as_of, uncertain_until), prior_at=prior), shown=fetched)


def _take(result: Fold, second: int, together: list[Entry], known: Mapping[str, Entry]) -> None:
    head = result.head
    if head is None:
        _resolve(result, Head(as_of=second), known)
        return
    match place(
        second, as_of=head.as_of, uncertain_until=head.uncertain_until, resolved=head.settled, from_fetch=False
    ):
        case Verdict.TAKE:
            _resolve(result, Head(as_of=second, prior_at=head.as_of), known)
        case Verdict.TIE:
            _resolve(result, head, known)
        case Verdict.STALE:
            result.head = _older(result, head, together)
        case Verdict.RE_RESOLVE:
            _resolve(result, _older(result, head, together), known)
        case Verdict.REFETCH:
            result.hints += [entry.id for entry in together]
            result.why = "happened about when the object was fetched"


def _older(result: Fold, head: Head, together: list[Entry]) -> Head:
    result.stale += [entry.id for entry in together]
    second = together[0].created
    return replace(head, prior_at=second if head.prior_at is None else max(second, head.prior_at))


def _resolve(result: Fold, head: Head, known: Mapping[str, Entry]) -> None:
    around = [entry for entry in known.values() if entry.created in (head.as_of, head.prior_at)]
    resolution = resolve_log(around)
    result.shown = resolution.last
    result.head = replace(head, resolved=resolution.resolved, settled=resolution.settled)
    result.why = resolution.why or None
