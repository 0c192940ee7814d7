"""What was measured of the long walks and the large crowds, as tables that fit a terminal."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from app.billing.backfill import PER_SECOND
from tests.bench.backlog import Drained
from tests.bench.crowds import Crowd
from tests.bench.ends import Bare, Share
from tests.bench.filling import Filling
from tests.bench.storms import Storm

NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


def show_filling(console: Console, kind: str, found: Filling) -> None:
    ours, bare = found.ours, found.ceiling
    speed, most = ours.rows / ours.seconds, bare.objects / bare.seconds
    limit = f"without the limit of {PER_SECOND} pages a second"
    title = f"{NAMES[kind]}, backfill of {ours.rows:,} objects from the sandbox over HTTP, {limit}"
    table = _table(
        title, "", "objects a second", "CPU µs", "database CPU µs", "sandbox CPU µs", "most memory MiB", "ratio"
    )
    costs = [_micro(each, ours.rows) for each in (ours.cpu, ours.store_cpu, found.stripe_cpu)]
    table.add_row("paidthrough backfill", f"{speed:,.0f}", *costs, f"{ours.memory:.0f}", f"{speed / most:.2f}")
    read = [_micro(bare.cpu, bare.objects), "", _micro(bare.stripe_cpu, bare.objects)]
    table.add_row("  ceiling: the same pages, only read", f"{most:,.0f}", *read, "", "")
    console.print(table)


def show_backlog(console: Console, kind: str, drained: dict[str, Drained]) -> None:
    table = _table(
        f"{NAMES[kind]}, a backlog of events until the mirror and access are right",
        *("", "events", "events a second", "CPU µs", "database CPU µs", "objects wrong or missing", "users wrong"),
    )
    for name, each in drained.items():
        wrong = each.mirror.wrong + each.mirror.missing
        table.add_row(
            name,
            f"{each.events:,}",
            f"{each.events / each.seconds:,.0f}",
            *(_micro(used, each.events) for used in (each.cpu, each.store_cpu)),
            f"{wrong} of {each.mirror.objects:,}",
            f"{each.access.wrong} of {each.access.users:,}",
        )
    console.print(table)


def show_storm(console: Console, kind: str, found: Storm) -> None:
    table = _table(
        f"{NAMES[kind]}, {found.events:,} events that cannot be ordered, fetched by three processes by a fake clock",
        *("objects", "requests", "seconds", "most in a second (Stripe's limit is 25)", "CPU s", "objects wrong"),
    )
    whole = [f"{each:,}" for each in (found.objects, found.requests)]
    table.add_row(*whole, f"{found.lasted:.0f}", str(found.most_in_a_second), f"{found.cpu:.1f}", str(found.wrong))
    console.print(table)


def show_ends(console: Console, kind: str, shares: Iterable[Share], *, subscriptions: int) -> None:
    table = _table(
        f"{NAMES[kind]}, cycles' ends among {subscriptions:,} subscriptions",
        *("due", "", "rows a second", "CPU µs", "database CPU µs", "longest lock s", "most memory MiB", "ratio"),
    )
    for share in shares:
        ours, speed = share.ours, share.ours.rows / share.ours.seconds
        costs = [_micro(ours.cpu, ours.rows), _micro(ours.store_cpu, ours.rows)]
        ratio = f"{speed * share.update.lock / share.update.rows:.3f}"
        held = f"{ours.longest:.2f}"
        name = "the job" if ours.rows == share.update.rows else f"the job, {ours.rows:,} of them"
        table.add_row(f"{share.update.rows:,}", name, f"{speed:,.0f}", *costs, held, f"{ours.memory:.0f}", ratio)
        table.add_row("", "  ceiling: one bare UPDATE", *_bare(share.update))
        if share.journal is not None:
            table.add_row("", "  and one INSERT of the journal", *_bare(share.journal))
    console.print(table)


def show_crowds(console: Console, kind: str, crowds: Sequence[Crowd]) -> None:
    table = _table(
        f"{NAMES[kind]}, access answers in crowds of three sizes, asked in turns about users at random",
        *("customers", "answers a second", "p50 ms", "p99 ms", "CPU µs", "database CPU µs", "CPU beside the smallest"),
    )
    first = _cpu(crowds[0])
    for crowd in crowds:
        side = crowd.side
        table.add_row(
            f"{crowd.customers:,}",
            f"{side.per_second:,.0f}",
            f"{side.p50 * 1e3:.2f}",
            f"{side.p99 * 1e3:.2f}",
            f"{side.cpu(lambda run: run.server_cpu) * 1e6:,.0f}",
            f"{side.cpu(lambda run: run.store_cpu) * 1e6:,.0f}",
            f"{_cpu(crowd) / first:.2f}",
        )
    console.print(table)


def _cpu(crowd: Crowd) -> float:
    return crowd.side.cpu(lambda run: run.server_cpu + run.store_cpu)


def _bare(found: Bare) -> list[str]:
    return [f"{found.rows / found.lock:,.0f}", _micro(found.cpu, found.rows), "", f"{found.lock:.2f}", "", ""]


def _micro(seconds: float, count: int) -> str:
    return f"{seconds / count * 1e6:,.0f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold")
    for at, name in enumerate(columns):
        table.add_column(name, justify="left" if not name or not at else "right")
    return table
