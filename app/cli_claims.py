"""Commands about refund claims: what waits for an operator, what they found, and why a charge is refundable or not."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import typer

from app.billing import claim_operating
from app.billing.charge_explanation import explain_charge
from app.billing.claim_deciding import Answer
from app.billing.claim_view import claim_view, claims_in
from app.billing.decision_audit import verify_decisions
from app.cli_claims_print import show_audit, show_charge, show_claim, show_line
from app.cli_start import start
from app.cli_times import FORMATS, in_utc
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import Remedy

Claim = Annotated[str, typer.Argument(help="See `paidthrough claims list`.")]
By = Annotated[str, typer.Option("--by", help="Who you are.")]
Why = Annotated[str, typer.Option("--why", help="What you found, and where it can be looked up.")]

claims_cli = typer.Typer(help="Refund claims: what waits for an operator, and what you found.", no_args_is_help=True)


@claims_cli.command("list")
def list_claims(
    state: Annotated[list[ClaimState] | None, typer.Option(help="Without it: what waits for an operator.")] = None,
) -> None:
    """Claims in a state, the oldest first."""
    context = start()
    found = claims_in(context, state or [ClaimState.REFERRED, ClaimState.FROZEN, ClaimState.REOPENED])
    for each in found:
        show_line(each)
    if not found:
        typer.echo("No claims.")
    context.db.close()


@claims_cli.command("show")
def show(claim: Claim) -> None:
    """Everything about a claim: its decisions with their facts, its evidence, its journal."""
    context = start()
    view = claim_view(context, claim)
    context.db.close()
    if view is None:
        raise ClaimRefused("There is no such claim.")
    show_claim(view)


def deed(cli: typer.Typer, name: str, act: Callable[..., Answer], does: str) -> None:
    """A command that asks for the claim, who and why, and for nothing else."""

    @cli.command(name, help=does)
    def command(claim: Claim, by: By, why: Why) -> None:
        done(act, claim, operator=by, why=why)


TWIN = "Twin subscriptions are what they look like: the newer one is ended and its charge refunded."
deed(claims_cli, "approve", claim_operating.confirm, TWIN)
deed(claims_cli, "decline", claim_operating.reject, "You looked, and there is no ground for the claim.")


@claims_cli.command("verify-failure")
def verify_failure(
    claim: Claim,
    by: By,
    why: Why,
    denied: Annotated[bool, typer.Option("--denied", help="It was not our fault.")] = False,
) -> None:
    """Whether a failure was ours (2.1); if so, the first remedy is due."""
    done(claim_operating.reject if denied else claim_operating.confirm, claim, operator=by, why=why)


@claims_cli.command("remedy")
def remedy(
    claim: Claim,
    remedy: Annotated[Remedy, typer.Argument(help="The one that is due.")],
    by: By,
    why: Why,
    impossible: Annotated[bool, typer.Option("--impossible", help="It cannot be done: the next one is due.")] = False,
) -> None:
    """Record that a remedy was carried out, or that it cannot be."""
    done(claim_operating.rule_out if impossible else claim_operating.remedied, claim, remedy, operator=by, why=why)


@claims_cli.command("contact")
def contact(
    claim: Claim,
    at: Annotated[
        datetime,
        typer.Argument(formats=FORMATS, help="In UTC unless it says otherwise."),
    ],
    by: By,
    why: Why,
    appeal: Annotated[bool, typer.Option("--appeal", help="Decide a declined claim again by it.")] = False,
) -> None:
    """Record that support was contacted earlier than the claim was filed: that moment counts (2.3)."""
    done(claim_operating.record_contact, claim, in_utc(at), operator=by, why=why, decide_again=appeal)


@claims_cli.command("appeal")
def appeal(claim: Claim, by: By, why: Why) -> None:
    """Decide a declined claim once more, by what is known now; the old decision stays as it was."""
    done(claim_operating.appeal, claim, actor=by, why=why)


def explain_one_charge(charge: Annotated[str, typer.Argument(help="The charge's id (ch_…).")]) -> None:
    """Whether a charge could be refunded now: by which clause, with which facts, until when."""
    context = start()
    show_charge(explain_charge(context, charge))
    context.db.close()


def verify_all_decisions() -> None:
    """Make every stored decision again from its stored facts; status 1 if any comes out differently."""
    context = start()
    audit = verify_decisions(context)
    context.db.close()
    show_audit(audit)
    if audit.differences:
        raise typer.Exit(1)


def done(act: Callable[..., Answer], claim: str, *given: object, **more: object) -> None:
    """What an operator does about a claim, and how it stands then."""
    context = start()
    answer = act(context, claim, *given, **more)
    context.db.close()
    typer.echo(f"{answer.claim.id}: {answer.claim.state}")
    if answer.decision:
        typer.echo(f"{answer.decision.clause} {answer.decision.reason}: {answer.decision.sentence}")
