"""What was measured, as a table that fits a terminal."""

from collections.abc import Iterator
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.duels import AccessResult, Plan, WebhookResult
from tests.bench.rounds import Duel, Side

_COLUMNS = ("", "per second", "p50 ms", "p99 ms", "CPU ms", "database CPU ms", "ratio", "lowest to highest")


def show(console: Console, plan: Plan, webhooks: WebhookResult, access: AccessResult) -> None:
    table = Table(box=box.SIMPLE_HEAD, title=_title(plan), title_justify="left", title_style="bold")
    for name in _COLUMNS:
        table.add_column(name, justify="left" if not name else "right")
    for row in _rows(f"webhooks, {webhooks.events:,} events", "signature check only", webhooks.duel):
        table.add_row(*row)
    for row in _rows(f"access, {access.customers:,} customers", "one indexed SELECT only", access.duel):
        table.add_row(*row)
    console.print(table)
    console.print(_verdict(webhooks), highlight=False, soft_wrap=True)


def _title(plan: Plan) -> str:
    name = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[plan.kind]
    size = f"{plan.size.workers} worker{'s' * (plan.size.workers > 1)} of {plan.size.threads} threads"
    return f"{name}, {size}, 8 connections, {plan.rounds} rounds in turns with the ceiling"


def _rows(name: str, ceiling: str, duel: Duel) -> Iterator[tuple[str, ...]]:
    ratios = duel.ratios
    yield (name, *_figures(duel.product), f"{median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}")
    yield (f"  ceiling: {ceiling}", *_figures(duel.ceiling), "", "")


def _figures(side: Side) -> Iterator[str]:
    yield f"{side.per_second:,.0f}"
    yield f"{side.p50 * 1e3:.2f}"
    yield f"{side.p99 * 1e3:.2f}"
    yield f"{side.cpu(lambda run: run.server_cpu) * 1e3:.3f}"
    yield f"{side.cpu(lambda run: run.store_cpu) * 1e3:.3f}"


def _verdict(result: WebhookResult) -> str:
    mirror, access = result.mirror, result.access
    return (
        f"Mirror against the truth: {mirror.objects:,} objects, {mirror.wrong} wrong, {mirror.missing} missing, "
        f"{mirror.unresolved} say that they are unresolved. "
        f"Access against the truth: {access.users:,} users, {access.wrong} wrong.\n"
    )
