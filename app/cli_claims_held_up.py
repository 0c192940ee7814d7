"""Commands about claims that stand still: frozen by the bank, with a refund that failed, or in doubt."""

from collections.abc import Callable
from typing import Annotated

import typer

from app.billing import claim_crediting, claim_freeze, claim_held_up
from app.billing.claim_deciding import Answer
from app.cli_claims import By, Claim, Why, deed, done

held_up = typer.Typer()


LIFT = "The bank has decided for us, or a warning is cleared up: read the payments anew, refund what is proven."
AGAIN = "Read the payments anew and decide by them: a refund that failed is made again if they still prove it."
MADE_GOOD = "You have made it good in another way, and say how; nothing is sent to Stripe."

deed(held_up, "lift-freeze", claim_freeze.lift_freeze, LIFT)


@held_up.command("close-frozen")
def close_frozen(
    claim: Claim,
    by: By,
    why: Why,
    stands: Annotated[bool, typer.Option("--refund-stands", help="It was refunded before the bank asked.")] = False,
) -> None:
    """The bank settles a frozen claim with the customer; or, with --refund-stands, our refund was there first."""
    act: Callable[..., Answer] = claim_freeze.let_refund_stand if stands else claim_freeze.close_frozen
    done(act, claim, operator=by, why=why)


deed(held_up, "again", claim_held_up.look_again, AGAIN)
deed(held_up, "made-good", claim_held_up.made_good, MADE_GOOD)


@held_up.command("credit")
def credit(
    claim: Claim,
    amount: Annotated[int, typer.Argument(help="In the currency's smallest unit: 900 for $9.00.", min=1)],
    by: By,
    why: Why,
) -> None:
    """Credit the customer's account at Stripe, where that is the remedy that is due; it is never paid out."""
    done(claim_crediting.credit, claim, amount, operator=by, why=why)
