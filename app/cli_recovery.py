"""The commands that bring the mirror to Stripe's truth by hand."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.billing import backfill as filling
from app.billing import drift as drifting
from app.billing import gap_sweep_by_hand
from app.billing import rebuild as rebuilding
from app.billing.promises import broken_promises
from app.cli_start import start
from app.db import schema
from app.db.engine import Database
from app.policy.drift import Cause
from app.policy.envelope import Envelope
from app.policy.instants import from_epoch

recovery = typer.Typer()


@recovery.command()
def backfill(
    again: Annotated[bool, typer.Option("--again", help="Begin anew instead of going on where a run ended.")] = False,
) -> None:
    """Fill the mirror from Stripe's lists; can be stopped at any time and goes on where it was."""
    context = start()
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[what]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task, pages = bar.add_task("lists", what=""), 0

        def tell(at: filling.Progress) -> None:
            nonlocal pages
            pages = at.pages
            what = f"{at.counted} objects" + (f", Stripe is away: {at.resting:.0f} s" if at.resting else "")
            bar.update(task, description=at.kind, completed=at.done, total=at.legs, what=what)

        counted = filling.run(context, tell=tell, wait=time.sleep, again=again)
    for kind, number in counted.items():
        typer.echo(f"{kind:28}{number:>9}")
    context.db.close()
    read = "were read" if pages else "had been read before, and nothing was asked; --again reads them anew"
    typer.echo(f"{sum(counted.values())} objects: all {len(counted)} of Stripe's lists {read}.")


@recovery.command()
def sweep() -> None:
    """Read Stripe's list of events to its end, and take what the webhook never brought."""
    context = start()
    report = gap_sweep_by_hand.sweep(context, tell=_tell_missing)
    context.db.close()
    found = f"{report.missing} had been missing, and were taken" if report.missing else "none was missing"
    later = f"; {report.failed} of them could not be applied, which is tried again" if report.failed else ""
    typer.echo(f"{report.read} events read, to the end of Stripe's list: {found}{later}.")


@recovery.command()
def rebuild(
    into: Annotated[
        str | None, typer.Option(help="The URL of an empty database to keep; without it a file that is thrown away.")
    ] = None,
) -> None:
    """Replay all that was stored into an empty mirror and compare it with the one in use; status 1 if they differ."""
    context = start()
    with tempfile.TemporaryDirectory(prefix="paidthrough-") as folder:
        target = Database(into or f"sqlite:///{Path(folder) / 'rebuilt.sqlite3'}")
        schema.upgrade(target)
        outcome = rebuilding.rebuild(context, target)
        target.close()
    context.db.close()
    for each in outcome.differences:
        typer.echo(f"{each.kind} {each.object_id} {each.column or 'row'}: {each.here!r} here, {each.there!r} rebuilt")
    typer.echo(f"{outcome.entries} entries replayed, {len(outcome.differences)} differences")
    if outcome.differences:
        raise typer.Exit(1)


@recovery.command()
def drift(
    kind: Annotated[str | None, typer.Option(help="Only objects of this kind, as `subscription`.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Compare at most so many objects with Stripe.")] = 500,
) -> None:
    """Compare the mirror with Stripe, check our own promises, and print what does not hold; status 1 if anything."""
    if kind is not None and kind not in drifting.KINDS:
        raise typer.BadParameter(f"there is no kind {kind!r}; there are: {', '.join(drifting.KINDS)}")
    context = start()
    compared, found = drifting.audit(context, kind=kind, limit=limit)
    for each in found:
        typer.echo(f"{each.kind} {each.object_id}: {each.cause.value}")
        for field in each.fields:
            typer.echo(f"  {field.path}: {field.ours!r} here, {field.theirs!r} at Stripe")
    broken = broken_promises(context)
    for finding in broken:
        typer.echo(f"{finding.promise}: {finding.about}: {finding.what}")
    context.db.close()
    most = f" (at most {limit}: --limit compares more)" if compared == limit else ""
    wait = sum(each.cause is not Cause.GONE for each in found)
    typer.echo(f"{compared} objects compared{most}, {len(found)} differ, {wait} will be fetched.")
    typer.echo(f"{len(broken)} promises broken.")
    if found or broken:
        raise typer.Exit(1)


def _tell_missing(events: Sequence[Envelope]) -> None:
    for event in events:
        happened = from_epoch(event.created).strftime("%Y-%m-%d %H:%M:%S")
        typer.echo(f"{event.id}\t{happened}\t{event.type}\t{event.object_id or '-'}")
