"""The command `paidthrough`."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from app.billing.explain import explain
from app.cli_alarms import alarms_cli, exception_cli
from app.cli_claims import claims_cli, explain_one_charge, verify_all_decisions
from app.cli_claims_held_up import held_up
from app.cli_customer import customer_cli
from app.cli_explain import show
from app.cli_inbox import inbox_cli
from app.cli_recovery import recovery
from app.cli_start import check_schema, load, start
from app.cli_times import FORMATS, in_utc
from app.db import schema
from app.db.engine import Database, DatabaseError
from app.demo import run
from app.demo.sandbox import run_sandbox
from app.errors import PaidthroughError, SettingsError
from app.serving import serve_web
from jobs.process import run_until_stopped
from jobs.table import JOBS, numbers

BAD_SETTING = 2

cli = typer.Typer(
    help="Who has access until when, and which money goes back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its tracebacks show local variables, and those hold secrets
)
jobs_cli = typer.Typer(help="Run the jobs on time, or one of them once.", invoke_without_command=True)
db_cli = typer.Typer(help="Look after the database.", no_args_is_help=True)
cli.add_typer(jobs_cli, name="jobs")
cli.add_typer(db_cli, name="db")
cli.add_typer(claims_cli, name="claims")
claims_cli.add_typer(held_up)
cli.add_typer(alarms_cli, name="alarms")
cli.add_typer(exception_cli, name="exception")
cli.add_typer(inbox_cli, name="inbox")
cli.add_typer(customer_cli, name="customer")
cli.add_typer(recovery)


def main() -> None:
    """Run the command; an error that is the user's to mend is one line without a traceback."""
    try:
        cli()
    except SettingsError as error:
        _fail(error, BAD_SETTING)
    except PaidthroughError as error:
        _fail(error, 1)
    except DatabaseError as error:
        _fail(error.orig or error, 1)


@cli.command()
def serve() -> None:
    """Run the web and the jobs in one process; a SQLite database is upgraded first."""
    settings = load()
    check_schema(settings, upgrade_sqlite=True)
    serve_web(settings, workers=1, with_jobs=True)


@cli.command()
def web() -> None:
    """Answer HTTP: webhooks, the API and the pages."""
    settings = load()
    check_schema(settings)
    serve_web(settings, workers=settings.web_workers, with_jobs=False)


@cli.command("explain")
def explain_access(
    uid: Annotated[str, typer.Argument(help="The user's id in the host application.")],
    at: Annotated[
        datetime | None,
        typer.Option(
            formats=FORMATS,
            help="An instant, in UTC unless it says otherwise; without it: now.",
        ),
    ] = None,
) -> None:
    """Why a user has access or not, and what was answered at the time."""
    instant = at and in_utc(at)
    context = start()
    show(explain(context, uid, instant))
    context.db.close()


cli.command("explain-charge")(explain_one_charge)
cli.command("verify-decisions")(verify_all_decisions)


@cli.command()
def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the story; status 0 if all went as expected.")
    ] = False,
) -> None:
    """Play a subscription's life against a small Stripe, and leave it running to click on."""
    sys.exit(run.demo(leave=leave))


@cli.command()
def sandbox(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 12111) -> None:
    """Run the small Stripe alone, on 127.0.0.1."""
    try:
        run_sandbox(port)
    except OSError as error:
        raise PaidthroughError(f"Port {port} of 127.0.0.1 cannot be taken: {error.strerror}.") from error


@jobs_cli.callback()
def jobs(command: typer.Context) -> None:
    """Run every job on time until SIGTERM, or one once by hand."""
    if command.invoked_subcommand is None:
        run_until_stopped(start())


@jobs_cli.command("run")
def run_job(name: Annotated[str, typer.Argument(help="See `paidthrough jobs list`.")]) -> None:
    """Run one job once, here and now, and print what it did."""
    job = JOBS.get(name)
    if job is None:
        raise typer.BadParameter(f"there is no job {name!r}; there are: {', '.join(JOBS)}")
    context = start()
    report = numbers(job.act(context))
    typer.echo(f"{name}: " + ", ".join(f"{what} {number}" for what, number in report.items()))
    context.db.close()


@jobs_cli.command("list")
def list_jobs() -> None:
    """Every job: its name, how often it runs, and what it does."""
    for job in JOBS.values():
        typer.echo(f"{job.name:16} every {_span(job.every_seconds)}  {job.about}")


@db_cli.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to this version's schema."""
    db = Database(load().database_url)
    schema.upgrade(db)
    db.close()
    typer.echo(f"{db.url.render_as_string(hide_password=True)} is at this version's schema.")


def _span(seconds: int) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{seconds // length:>2} {unit:3}"
    return f"{seconds:>2} s  "


def _fail(error: BaseException, status: int) -> None:
    line = " ".join(str(error).split())
    typer.echo(f"paidthrough: {line}", err=True)
    sys.exit(status)
