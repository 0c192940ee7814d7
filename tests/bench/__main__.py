"""`make bench`: see `--help`."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import duels
from tests.bench.duels import Plan
from tests.bench.report import show
from tests.bench.servers import Size
from tests.bench.stores import KINDS


def bench(
    database: Annotated[str, typer.Option(help="sqlite, postgres, or both.")] = "both",
    events: Annotated[int, typer.Option(help="Webhooks to deliver, about.")] = 14_000,
    customers: Annotated[int, typer.Option(help="Customers in the database when access is asked for.")] = 100_000,
    rounds: Annotated[int, typer.Option(help="Rounds at each server.")] = 6,
    workers: Annotated[int, typer.Option(help="Processes of the web server on PostgreSQL; on SQLite it is one.")] = max(
        1, (os.cpu_count() or 2) // 2
    ),
    threads: Annotated[int, typer.Option(help="Threads in each of them.")] = 8,
    quick: Annotated[bool, typer.Option("--quick", help="Small numbers: to see that it works.")] = False,
) -> None:
    """Measure webhooks and access answers through the real server, beside what the same server can do at all."""
    console = Console(width=None if os.isatty(1) else 150)
    folder = Path(tempfile.mkdtemp(prefix="paidthrough-bench-"))
    try:
        for kind in KINDS if database == "both" else (database,):
            plan = Plan(
                kind=kind,
                size=Size(workers=1 if kind == "sqlite" else workers, threads=threads),
                events=1_000 if quick else events,
                customers=2_000 if quick else customers,
                questions=300 if quick else 3_000,
                rounds=2 if quick else rounds,
                folder=folder,
            )
            show(console, plan, duels.webhooks(plan), duels.access(plan))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    typer.run(bench)
