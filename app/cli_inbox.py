"""The commands `paidthrough inbox …`: what became of Stripe's events, and another try for some of them."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer

from app.billing import inbox_care
from app.cli_start import start
from app.db.inbox import InboxState
from app.db.inbox_search import Found, Wanted
from app.errors import PaidthroughError

TIMES = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]

Events = Annotated[list[str] | None, typer.Argument(help="Ids of events.")]
Type = Annotated[str | None, typer.Option("--type", help="Of this type; `invoice.*` for all that begin so.")]
Object = Annotated[str | None, typer.Option("--object", help="About this object.")]
Since = Annotated[datetime | None, typer.Option(formats=TIMES, help="Happened then or later, UTC.")]
Until = Annotated[datetime | None, typer.Option(formats=TIMES, help="Happened before, UTC.")]
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
    limit: Annotated[int, typer.Option(help="At most so many.")] = 100,
) -> None:
    """Stored events, the oldest first: id, when it happened, state, type, object, and why it stands there."""
    context = start()
    for found in inbox_care.find(context, _wanted(events, kind, about, since, until, state), limit=limit):
        typer.echo("\t".join(_line(found)))
    context.db.close()


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
    context = start()
    outcome = inbox_care.replay(context, wanted)
    context.db.close()
    counted = Counter(outcome.states.values())
    typer.echo(", ".join(f"{what} {number}" for what, number in sorted(counted.items())) or "no such event")
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
    context = start()
    typer.echo(f"ignored {inbox_care.ignore(context, wanted, why=why)}")
    context.db.close()


def _wanted(
    events: list[str] | None,
    kind: str | None,
    about: str | None,
    since: datetime | None,
    until: datetime | None,
    state: InboxState | None,
) -> Wanted:
    return Wanted(
        ids=tuple(events or ()), type=kind, object_id=about, since=_epoch(since), until=_epoch(until), state=state
    )


def _some(wanted: Wanted) -> Wanted:
    if wanted == Wanted():
        raise typer.BadParameter("say which: ids of events, or options that select some")
    return wanted


def _epoch(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.replace(tzinfo=UTC).timestamp())


def _line(found: Found) -> tuple[str, ...]:
    happened = datetime.fromtimestamp(found.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return found.id, happened, found.state, found.type, found.object_id or "-", found.why or "-"
