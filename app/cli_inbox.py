"""The commands `paidthrough inbox …`: what became of Stripe's events, and another try for some of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer

from app.billing import inbox_care
from app.billing.context import Context
from app.cli_start import start
from app.cli_times import FORMATS, in_utc
from app.db.inbox import InboxState
from app.db.inbox_search import Found, Wanted
from app.errors import PaidthroughError

Events = Annotated[list[str] | None, typer.Argument(help="Ids of events.")]
Type = Annotated[str | None, typer.Option("--type", help="Of this type; `invoice.*` for all that begin so.")]
Object = Annotated[str | None, typer.Option("--object", help="About this object.")]
Since = Annotated[
    datetime | None, typer.Option(formats=FORMATS, help="Happened then or later; UTC unless it says otherwise.")
]
Until = Annotated[datetime | None, typer.Option(formats=FORMATS, help="Happened before; UTC unless it says otherwise.")]
State = Annotated[InboxState | None, typer.Option(help="Stands there.")]

inbox_cli = typer.Typer(help="Look after stored events.", no_args_is_help=True)


@inbox_cli.command("list")
def list_events(
    events: Events = None,
    kind: Type = None,
    about: Object = None,
    since: Since = None,
    until: Until = None,
    state: State = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """Stored events, the oldest first: id, when it happened, state, type, object, and why it stands there."""
    wanted = _wanted(events, kind, about, since, until, state)
    with _looking_for(wanted) as context:
        found = inbox_care.find(context, wanted, limit=limit + 1)
    for each in found[:limit]:
        typer.echo("\t".join(_line(each)))
    if not found:
        typer.echo("No events." if wanted == Wanted() else "No events like that.")
    if len(found) > limit:
        typer.echo(f"The first {limit}; there are more, which --limit shows.", err=True)


@inbox_cli.command("show")
def show_event(event: Annotated[str, typer.Argument(help="The id of an event.")]) -> None:
    """One event with its body as it came."""
    context = start()
    shown = inbox_care.show(context, event)
    context.db.close()
    if shown is None:
        raise PaidthroughError(f"There is no event {event} in the inbox.")
    found, body = shown
    typer.echo("\t".join(_line(found)))
    typer.echo(orjson.dumps(body, option=orjson.OPT_INDENT_2))


@inbox_cli.command("replay")
def replay_events(
    events: Events = None,
    kind: Type = None,
    about: Object = None,
    since: Since = None,
    until: Until = None,
    state: State = None,
) -> None:
    """Apply events once more; what the mirror knows better already does not change."""
    wanted = _some(_wanted(events, kind, about, since, until, state))
    with _looking_for(wanted) as context:
        outcome = inbox_care.replay(context, wanted)
    counted = ", ".join(f"{what} {number}" for what, number in sorted(Counter(outcome.states.values()).items()))
    typer.echo(f"Replayed {_number(len(outcome.states))}: {counted}." if counted else "No events like that.")
    for event_id, why in outcome.failures.items():
        typer.echo(f"{event_id}\t{why}")
    if outcome.failures:
        raise typer.Exit(1)


@inbox_cli.command("ignore")
def ignore_events(
    why: Annotated[str, typer.Option(help="The reason, which stays beside the event.")],
    events: Events = None,
    kind: Type = None,
    about: Object = None,
    since: Since = None,
    until: Until = None,
    state: State = None,
) -> None:
    """Give up on events that failed or are quarantined."""
    wanted = _some(_wanted(events, kind, about, since, until, state))
    with _looking_for(wanted) as context:
        ignored = inbox_care.ignore(context, wanted, why=why)
    if not ignored and wanted.ids:
        raise PaidthroughError("Only events that failed or are quarantined can be given up.")
    typer.echo(f"Ignored {_number(ignored)}.")


def _wanted(
    events: list[str] | None,
    kind: str | None,
    about: str | None,
    since: datetime | None,
    until: datetime | None,
    state: InboxState | None,
) -> Wanted:
    begins, ends = _epoch(since), _epoch(until)
    if begins is not None and ends is not None and begins >= ends:
        raise typer.BadParameter("--since must be before --until")
    return Wanted(ids=tuple(events or ()), type=kind, object_id=about, since=begins, until=ends, state=state)


def _some(wanted: Wanted) -> Wanted:
    if wanted == Wanted():
        raise typer.BadParameter("say which: ids of events, or options that select some")
    return wanted


@contextmanager
def _looking_for(wanted: Wanted) -> Iterator[Context]:
    """A mistyped id must not look like work that was done."""
    context = start()
    try:
        known = {found.id for found in inbox_care.find(context, Wanted(ids=wanted.ids), limit=len(wanted.ids))}
        if unknown := [each for each in wanted.ids if each not in known]:
            raise PaidthroughError(f"There is no event {', '.join(unknown)} in the inbox.")
        yield context
    finally:
        context.db.close()


def _epoch(instant: datetime | None) -> int | None:
    return None if instant is None else int(in_utc(instant).timestamp())


def _number(events: int) -> str:
    return f"{events} event" if events == 1 else f"{events} events"


def _line(found: Found) -> tuple[str, ...]:
    happened = datetime.fromtimestamp(found.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return found.id, happened, found.state, found.type, found.object_id or "-", found.why or "-"
