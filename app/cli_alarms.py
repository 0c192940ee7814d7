"""Commands about money that went back against the policy, and about refunds that an operator allows beforehand."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from app.billing.alarms import acknowledge, alarms
from app.billing.refund_exceptions import ExceptionRequest, exceptions, record_exception
from app.cli_start import start
from app.db.alarm import Raised

By = Annotated[str, typer.Option("--by", help="Who you are.")]

alarms_cli = typer.Typer(help="Money that went back without a decision, and what Stripe refused.", no_args_is_help=True)
exception_cli = typer.Typer(help="Refunds that an operator allows beforehand.", no_args_is_help=True)


@alarms_cli.command("list")
def list_alarms(
    everything: Annotated[bool, typer.Option("--all", help="Also those that somebody has acknowledged.")] = False,
) -> None:
    """What waits for somebody, the oldest first."""
    context = start()
    found = alarms(context, acknowledged_too=everything)
    for each in found:
        typer.echo(_line(each))
    if not found:
        typer.echo("No alarms.")
    context.db.close()


@alarms_cli.command("acknowledge")
def acknowledge_alarm(
    number: Annotated[int, typer.Argument(help="See `paidthrough alarms list`.")],
    by: By,
    note: Annotated[str | None, typer.Option(help="What came of it.")] = None,
) -> None:
    """Say that you have taken care of an alarm; the first who does stays on record."""
    context = start()
    typer.echo(_line(acknowledge(context, number, by=by, note=note)))
    context.db.close()


@exception_cli.command("record")
def record(
    by: By,
    reason: Annotated[str, typer.Option(help="Why nothing else helps (2.1).")],
    max_amount: Annotated[int, typer.Option(help="In the currency's smallest unit: 2000 for $20.")],
    currency: Annotated[str, typer.Option(help="For example usd.")],
    charge: Annotated[str | None, typer.Option(help="ch_…")] = None,
    payment_intent: Annotated[str | None, typer.Option(help="pi_…")] = None,
    hours: Annotated[int, typer.Option(help="How long it may be used.", min=1)] = 72,
) -> None:
    """Allow one refund that you are about to make in Stripe's dashboard, so that it raises no alarm."""
    context = start()
    wanted = ExceptionRequest(
        charge=charge,
        payment_intent=payment_intent,
        max_amount=max_amount,
        currency=currency,
        actor=by,
        reason=reason,
        lasts=timedelta(hours=hours),
    )
    typer.echo(f"Recorded {record_exception(context, wanted)}.")
    context.db.close()


@exception_cli.command("list")
def list_exceptions() -> None:
    """All of them, the newest first, with the refund that used each."""
    context = start()
    found = exceptions(context)
    for each in found:
        paid = each.charge or each.payment_intent
        used = f"used by {each.refund}" if each.refund else f"until {_time(each.expires_at)}"
        typer.echo(
            f"{each.id}  {paid}  at most {each.max_amount} {each.currency}  {used}  by {each.actor}: {each.reason}"
        )
    if not found:
        typer.echo("No exceptions.")
    context.db.close()


def _line(alarm: Raised) -> str:
    parts = [
        f"{alarm.number}  {_time(alarm.raised_at)}  {alarm.kind}  {alarm.object_id}",
        "-" if alarm.amount is None else f"{alarm.amount} {alarm.currency}",
        f"uid {alarm.uid or '-'}  customer {alarm.customer or '-'}",
        f"event {alarm.event or '-'}  request {alarm.request_key or '-'}",
        alarm.facts,
    ]
    if alarm.acknowledged_at:
        parts.append(f"acknowledged {_time(alarm.acknowledged_at)} by {alarm.acknowledged_by}: {alarm.note or '-'}")
    return "  ".join(parts)


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
