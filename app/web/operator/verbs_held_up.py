"""What can be done about a refund that is held up: frozen by the bank, failed, or no longer proven."""

from app.billing import claim_freeze, claim_held_up
from app.web.operator.verb import Verb, plainly

_again, _made_good = plainly(claim_held_up.look_again), plainly(claim_held_up.made_good)

LIFT = Verb(
    name="lift",
    says="Lift the freeze",
    does=(
        "For a dispute that the bank has decided for us, or a fraud warning that you have cleared up. The payments are "
        "read anew at Stripe: if they still prove the duplicate, {amount} go back to the card within a minute; if not, "
        "the claim is answered by what they show."
    ),
    act=plainly(claim_freeze.lift_freeze),
    tone="strong",
)
CLOSE = Verb(
    name="close",
    says="Close: the bank settles it",
    does=(
        "For a dispute by which the customer gets the money from their bank. Nothing is refunded here; the customer is "
        "told so and may appeal."
    ),
    act=plainly(claim_freeze.close_frozen),
)
STANDS = Verb(
    name="stands",
    says="The refund stands",
    does=(
        "The refund of {amount} was made before the bank asked. Answer the bank in Stripe's dashboard first; then this "
        "takes the claim off the list. No money moves."
    ),
    act=plainly(claim_freeze.let_refund_stand),
    tone="strong",
)
RETRY = Verb(
    name="again",
    says="Try the refund again",
    does=(
        "The payments are read anew at Stripe. If they still prove the duplicate, a new refund of {amount} to the same "
        "card is started; if not, the claim is answered by what they show. A card that is closed refuses again."
    ),
    act=_again,
    tone="strong",
)
PAID_OTHERWISE = Verb(
    name="made_good",
    says="It was paid in another way",
    does="Closes the claim as made good. Nothing is sent to Stripe: say how and when {amount} reached the customer.",
    act=_made_good,
)
LOOK = Verb(
    name="again",
    says="Look at Stripe again",
    does="The payments are read anew, and the claim is decided by what they show: it may be approved or declined.",
    act=_again,
)
MADE_GOOD = Verb(
    name="made_good",
    says="It is made good",
    does="Closes the claim. Nothing is sent to Stripe, and no money moves: say what was done for the customer.",
    act=_made_good,
)
