"""The commands that bring the mirror to Stripe's truth by hand."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.billing import backfill as filling
from app.cli_start import start

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
        task = bar.add_task("lists", what="")

        def tell(at: filling.Progress) -> None:
            what = f"{at.counted} objects" + (f", Stripe is away: {at.resting:.0f} s" if at.resting else "")
            bar.update(task, description=at.kind, completed=at.done, total=at.legs, what=what)

        counted = filling.run(context, tell=tell, wait=time.sleep, again=again)
    for kind, number in counted.items():
        typer.echo(f"{kind:28}{number:>9}")
    context.db.close()
