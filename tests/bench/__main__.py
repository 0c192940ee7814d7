"""`make bench`: see `--help`."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import backlog, crowds, duels, ends, filling, storms
from tests.bench.duels import Plan
from tests.bench.report import show
from tests.bench.report_growth import show_backlog, show_crowds, show_ends, show_filling, show_storm
from tests.bench.servers import Size
from tests.bench.stores import KINDS


class Part(StrEnum):
    DUELS = "duels"
    BACKFILL = "backfill"
    BACKLOG = "backlog"
    CYCLE_END = "cycle-end"
    CROWDS = "crowds"


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How much of everything."""

    filled: int
    waiting: int
    subscriptions: int
    crowds: tuple[int, ...]
    questions: int


WHOLE = Growth(
    filled=2_000, waiting=10_000, subscriptions=1_000_000, crowds=(10_000, 100_000, 1_000_000), questions=1_500
)
QUICK = Growth(filled=100, waiting=1_000, subscriptions=20_000, crowds=(500, 1_000, 2_000), questions=300)


def bench(
    only: Annotated[list[Part] | None, typer.Option(help="One part, or several; without it: all.")] = None,
    database: Annotated[str, typer.Option(help="sqlite, postgres, or both.")] = "both",
    events: Annotated[int, typer.Option(help="Webhooks to deliver in the duel, about.")] = 14_000,
    customers: Annotated[int, typer.Option(help="Customers in the database of the duel about access.")] = 100_000,
    rounds: Annotated[int, typer.Option(help="Rounds at each server.")] = 6,
    workers: Annotated[int, typer.Option(help="Processes of the web server on PostgreSQL; on SQLite it is one.")] = max(
        1, (os.cpu_count() or 2) // 2
    ),
    threads: Annotated[int, typer.Option(help="Threads in each of them.")] = 8,
    patience: Annotated[float, typer.Option(help="Seconds after which a mass of ended cycles has shown enough.")] = 30,
    quick: Annotated[bool, typer.Option("--quick", help="Small numbers: to see that it works.")] = False,
) -> None:
    """Measure webhooks and access answers beside what the same server can do at all, and what grows with an account."""
    console = Console(width=None if os.isatty(1) else 150)
    folder = Path(tempfile.mkdtemp(prefix="paidthrough-bench-"))
    parts = only or list(Part)
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
            if Part.DUELS in parts:
                show(console, plan, duels.webhooks(plan), duels.access(plan))
            _grow(console, plan, QUICK if quick else WHOLE, parts, patience)
    finally:
        shutil.rmtree(folder)


def _grow(console: Console, plan: Plan, growth: Growth, parts: list[Part], patience: float) -> None:
    kind, folder, size = plan.kind, plan.folder, plan.size
    if Part.BACKFILL in parts:
        show_filling(console, kind, filling.fill(kind, folder, customers=growth.filled))
    if Part.BACKLOG in parts:
        stored = backlog.stored(kind, folder, size, events=growth.waiting)
        delivered = backlog.delivered(kind, folder, size, events=growth.waiting)
        show_backlog(console, kind, {"stored, the job tries again": stored, "webhooks, all at once": delivered})
        show_storm(console, kind, storms.blow(kind, folder, events=growth.waiting))
    if Part.CYCLE_END in parts:
        shares = ends.ends(kind, folder, subscriptions=growth.subscriptions, patience=patience)
        show_ends(console, kind, shares, subscriptions=growth.subscriptions)
    if Part.CROWDS in parts:
        questions, rounds = growth.questions, plan.rounds
        asked = crowds.crowds(kind, folder, size, sizes=growth.crowds, questions=questions, rounds=rounds)
        show_crowds(console, kind, asked)


if __name__ == "__main__":
    typer.run(bench)
