"""Ways to keep a mirror from events as they arrive: the rule of the product, and three that are often used instead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.policy.event_order import Entry, Resolution, Verdict, place, resolve_log
from tests.corpus.life import Event
from tests.corpus.shapes import Body

Fold = Callable[[Sequence[Event]], Mapping[str, Body]]


def entry_of(event: Event) -> Entry:
    data = event["data"]
    return Entry(
        id=event["id"],
        type=event["type"],
        created=event["created"],
        body=data["object"],
        previous=data.get("previous_attributes"),
    )


@dataclass
class Row:
    """One object's mirror: the log so far, and what it was last taken to say."""

    log: dict[str, Entry] = field(default_factory=dict)
    now: Resolution | None = None

    def arrive(self, entry: Entry) -> Verdict:
        self.log[entry.id] = entry
        as_of = self.now.last.created if self.now else None
        settled = self.now.settled if self.now else True
        verdict = place(entry.created, as_of=as_of, uncertain_until=None, resolved=settled, from_fetch=False)
        if verdict is Verdict.TAKE:
            self.now = Resolution(last=entry)
        elif verdict in (Verdict.TIE, Verdict.RE_RESOLVE):
            self.now = resolve_log(self.log.values())
        return verdict


def chained_log(arrivals: Iterable[Event]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for event in arrivals:
        rows.setdefault(event["data"]["object"]["id"], Row()).arrive(entry_of(event))
    return rows


def last_write_wins(arrivals: Sequence[Event]) -> Mapping[str, Body]:
    return {event["data"]["object"]["id"]: event["data"]["object"] for event in arrivals}


def strictly_newer_wins(arrivals: Sequence[Event]) -> Mapping[str, Body]:
    return _guarded(arrivals, lambda created, as_of: created > as_of)


def not_older_wins(arrivals: Sequence[Event]) -> Mapping[str, Body]:
    return _guarded(arrivals, lambda created, as_of: created >= as_of)


def _guarded(arrivals: Sequence[Event], newer: Callable[[int, int], bool]) -> Mapping[str, Body]:
    kept: dict[str, Event] = {}
    for event in arrivals:
        row = kept.setdefault(event["data"]["object"]["id"], event)
        if newer(event["created"], row["created"]):
            kept[event["data"]["object"]["id"]] = event
    return {object_id: event["data"]["object"] for object_id, event in kept.items()}
