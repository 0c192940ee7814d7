"""What earlier rounds of a claim's settlement have left behind, so that its payments can be judged once more."""

from app.billing.context import Context
from app.billing.pair_verdict import NOTHING_YET, Settled
from app.db import settlement_attempt
from app.db.settlement import settlement_of
from app.policy.claim_states import SettlementStep, StepState


def settled_so_far(context: Context, claim: str) -> Settled:
    """Credit that was reversed for a refund that did not come about has been given back."""
    with context.db.read() as tx:
        row = settlement_of(tx, claim)
        attempts = settlement_attempt.attempts_at(tx, row.extra) if row else []
    if row is None:
        return NOTHING_YET
    ended = (each.stripe_id for each in attempts if (each.step, each.state) == _ENDED)
    return Settled(ended_subscription=next(ended, None), cleared=frozenset(row.cleared.split()))


_ENDED = (SettlementStep.END_TWIN, StepState.SUCCEEDED)
