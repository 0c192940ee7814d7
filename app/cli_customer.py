"""Commands about one person's data: handing it out, and erasing it."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.billing import personal_data, personal_data_erasing
from app.cli_start import start
from app.errors import PaidthroughError

User = Annotated[str, typer.Argument(help="The user's id in the host application.")]
FIRST = (
    "Erase the customer at Stripe first: Stripe is the master, and what it still holds comes back with its next event, "
    "with `backfill` and with the daily comparison. The same goes for subscriptions that still run."
)
KEPT = """Kept, because money and promises are accounted for by it:
  the user's id and Stripe's ids, order numbers, amounts, currencies, times and card digits: the books
  what charges, invoices and their lines say was sold, without the names and addresses of the person in it
  decisions with their clauses, facts and proofs, so that `verify-decisions` can make them again
  access and its journal, so that every answer that was given can be explained
  standing decisions and allowed refunds with their reasons, and who at your company acted: they are the grounds
  hash, size and type of each file of evidence: one that comes again with another claim is recognized"""

customer_cli = typer.Typer(help="One person's data: hand it out, or erase it.", no_args_is_help=True)


@customer_cli.command("export")
def export(
    uid: User,
    to: Annotated[Path | None, typer.Option(help="A file to write; without it, standard output.")] = None,
) -> None:
    """Everything that is held about a user, as one JSON document."""
    context = start()
    held = personal_data.export(context, uid)
    context.db.close()
    if not held["stripe"] and not any(held["records"].values()):
        raise PaidthroughError("Nothing is held about this user.")
    document = personal_data.as_json(held)
    if to is None:
        sys.stdout.write(document.decode())
        return
    try:
        to.touch(mode=0o600)
        to.write_bytes(document)
    except OSError as error:
        raise PaidthroughError(f"{to}: {error.strerror}") from error
    typer.echo(f"Wrote {to}: what is held about {uid}.")


@customer_cli.command("erase")
def erase(
    uid: User,
    by: Annotated[str, typer.Option("--by", help="Who you are.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase names, addresses, words and files of a user; what happened, and why, stays. It cannot be undone."""
    typer.echo(FIRST)
    if not yes:
        typer.confirm(f"Erase the personal data of {uid}?", abort=True)
    context = start()
    erased = personal_data_erasing.erase(context, uid, actor=by)
    context.db.close()
    typer.echo("Erased: " + ", ".join(f"{what.replace('_', ' ')} {number}" for what, number in asdict(erased).items()))
    typer.echo(KEPT)
