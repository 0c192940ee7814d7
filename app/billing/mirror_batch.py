"""One transaction of the mirror: lock, read, decide, write, project. Nothing in it talks to Stripe."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.billing.access_projection import record
from app.billing.context import Context
from app.billing.mirror_effects import ask_effects, causes_of
from app.billing.mirror_log import read_logs
from app.billing.mirror_write import Change, change_of, write_changes
from app.billing.money_sightings import sight_events
from app.db import fetch_request, heads, inbox
from app.db.engine import Tx
from app.db.fetch_request import FetchWish
from app.db.heads import StoredHead
from app.db.inbox import InboxState
from app.db.locks import lock
from app.db.mirrored import MetadataKeys
from app.db.prepared import one_trip
from app.db.tables import MIRRORED
from app.policy.envelope import CLOCK, Envelope, clock_of, related_ids, whose, why_not_ours, why_only_a_hint
from app.policy.mirror_fold import fold
from app.policy.money_matters import CHARGE, not_refunded
from app.stripe_gateway.gateway import API_VERSION

DONE = frozenset({InboxState.APPLIED, InboxState.STALE, InboxState.IGNORED, InboxState.QUARANTINED})


def apply_events(tx: Tx, context: Context, events: Sequence[Envelope], *, now: datetime) -> dict[str, InboxState]:
    """Store the events and bring the mirror and access up to them; returns where each stands."""
    with one_trip(tx):
        lock(tx, {name for event in events for name in related_ids(event.object)})
        ask_states = inbox.ask_states(tx, {event.id for event in events})
        ask_heads = heads.ask(tx, {event.object_id for event in events if event.object_id})
    states = ask_states()
    fresh = [
        event for event in {event.id: event for event in events}.values() if _is_fresh(event, states.get(event.id))
    ]
    ours = {event.id: _judge(event, context.settings.livemode) for event in fresh}
    mirrored = [event for event in fresh if ours[event.id] is None]
    changes = _fold(tx, mirrored, ask_heads(), context.metadata_keys)
    rows = [inbox.row_of(event, state=state, why=why, now=now) for event, state, why in _verdicts(fresh, ours, changes)]
    with one_trip(tx):
        inbox.store(tx, rows)
        write_changes(tx, changes)
        fetch_request.request(tx, _wishes(fresh, ours, changes, now))
        sight_events(tx, [event for event in fresh if _is_ours(event, context)], now=now)
        effects = ask_effects(tx, changes)
    record(tx, effects(), now=now, grace=context.settings.renewal_grace, causes=causes_of(changes))
    return states | {row["id"]: InboxState(row["state"]) for row in rows}


def _is_ours(event: Envelope, context: Context) -> bool:
    return why_not_ours(event, livemode=context.settings.livemode) is None


def _is_fresh(event: Envelope, state: InboxState | None) -> bool:
    """New, failed before, or now with a body that can be used."""
    if state is InboxState.HINT:
        return why_only_a_hint(event, release=API_VERSION) is None
    return state not in DONE


Verdict = tuple[InboxState, str] | None


def _judge(event: Envelope, livemode: bool) -> Verdict:
    """None for an event whose body goes into the mirror."""
    if not_ours := why_not_ours(event, livemode=livemode):
        return InboxState.IGNORED, not_ours
    if event.kind not in MIRRORED or event.object_id is None or event.object_id.startswith("upcoming_"):
        return InboxState.IGNORED, "nothing to mirror"
    if hint := why_only_a_hint(event, release=API_VERSION):
        return InboxState.HINT, hint
    return None


def _fold(tx: Tx, events: Iterable[Envelope], stored: Mapping[str, StoredHead], keys: MetadataKeys) -> list[Change]:
    by_object: dict[tuple[str, str], list[Envelope]] = {}
    for event in events:
        by_object.setdefault((event.kind or "", event.object_id or ""), []).append(event)
    entries = {key: [event.entry() for event in several] for key, several in by_object.items()}
    logs = read_logs(tx, stored, {object_id: found for (_, object_id), found in entries.items()})
    changes = []
    for (kind, object_id), found in entries.items():
        row = stored.get(object_id)
        folded = fold(row.head if row else None, found, logs.get(object_id, ()))
        changes.append(change_of(kind, object_id, row, folded, keys))
    return changes


def _verdicts(
    fresh: Sequence[Envelope], ours: dict[str, Verdict], changes: Sequence[Change]
) -> Iterable[tuple[Envelope, InboxState, str | None]]:
    stale = {entry for change in changes for entry in change.fold.stale}
    hints = {entry: change.fold.why for change in changes for entry in change.fold.hints}
    for event in fresh:
        if (verdict := ours[event.id]) is not None:
            yield event, *verdict
        elif event.id in hints:
            yield event, InboxState.HINT, hints[event.id]
        else:
            yield event, InboxState.STALE if event.id in stale else InboxState.APPLIED, None


def _wishes(
    fresh: Sequence[Envelope], ours: dict[str, Verdict], changes: Sequence[Change], now: datetime
) -> list[FetchWish]:
    hints = [(event, verdict[1]) for event in fresh if (verdict := ours[event.id]) and verdict[0] is InboxState.HINT]
    wanted = [(event.kind, event.object_id, why) for event, why in hints]
    # The clock itself too: its own events may not be enabled, and until it is mirrored the wall clock judges.
    wanted += [(CLOCK, clock, "its objects changed") for event, _ in hints if (clock := clock_of(event))]
    # A refund that came to nothing changes its charge, of which no event tells.
    wanted += [(CHARGE, charge, "its refund failed") for event in fresh if (charge := not_refunded(event.object))]
    wanted += [
        (change.kind, change.object_id, change.fold.why or "unresolved") for change in changes if change.wants_fetch
    ]
    customers = {event.object_id: whose(event) for event in fresh}
    at, named = {"requested_at": now, "due_at": now}, customers.get
    return [
        FetchWish(kind=kind or "", object_id=object_id or "", why=why, whose=named(object_id), **at)
        for kind, object_id, why in wanted
    ]
