"""What waits for a person: claims to decide, settlements held up, payments that look doubled, and open alarms."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.billing.context import Context
from app.billing.suspicions import suspicions
from app.db import alarm, stripe_rest
from app.db.alarm import Raised
from app.db.charge_pair import Suspected
from app.db.claim import ClaimRow, claims_in
from app.db.engine import Tx
from app.db.refund_decision import DecisionRow, decisions_by_id
from app.db.stripe_rest import Rest
from app.policy.claim_states import ClaimState

MOST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingClaim:
    claim: ClaimRow
    decision: DecisionRow | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatorQueue:
    """The oldest first in each; `held_up` are frozen by the bank, or their refund came to nothing. `suspicions` are
    payments that look doubled, about which nobody has claimed; `rests` is what Stripe has trouble with."""

    referred: tuple[WaitingClaim, ...]
    held_up: tuple[WaitingClaim, ...]
    suspicions: tuple[Suspected, ...]
    alarms: tuple[Raised, ...]
    rests: tuple[Rest, ...]


def operator_queue(context: Context) -> OperatorQueue:
    suspected = tuple(suspicions(context, limit=MOST))
    with context.db.read() as tx:
        return OperatorQueue(
            suspicions=suspected,
            referred=_with_decisions(tx, claims_in(tx, {ClaimState.REFERRED}, limit=MOST)),
            held_up=_with_decisions(tx, claims_in(tx, {ClaimState.FROZEN, ClaimState.REOPENED}, limit=MOST)),
            alarms=tuple(alarm.alarms(tx)),
            rests=tuple(stripe_rest.known(tx).values()),
        )


def acknowledge_alarm(context: Context, number: int, *, operator: str, note: str) -> bool:
    """Whether it was waiting for that."""
    with context.db.write() as tx:
        return alarm.acknowledge(tx, number, by=operator, note=note, now=context.clock())


def _with_decisions(tx: Tx, claims: Sequence[ClaimRow]) -> tuple[WaitingClaim, ...]:
    found = decisions_by_id(tx, [claim.decision for claim in claims if claim.decision])
    return tuple(WaitingClaim(claim=claim, decision=found.get(claim.decision or "")) for claim in claims)
