"""The one way in which a claim changes: the state that may follow, nobody in between, and a line in its journal."""

from datetime import datetime
from typing import Any

from app.db.claim import ClaimRow, change_claim
from app.db.claim_journal import ClaimLine, journal
from app.db.engine import Tx
from app.policy.claim_states import CLAIM_TRANSITIONS, ClaimState

OVER = frozenset({ClaimState.DECLINED, ClaimState.REMEDIED, ClaimState.WITHDRAWN})
SETTLED = OVER | {ClaimState.REFUNDED, ClaimState.COVERED}
"""A claim in another state still needs its evidence."""
"""What is claimed may be claimed again; where money was or will be paid, the same claim stays the answer."""

MAY_GROW = frozenset({ClaimState.FILED, ClaimState.NEEDS_INFORMATION, ClaimState.WAITING, ClaimState.REFERRED})
"""Not decided for good: details can be added, and the policy is asked again."""


class IllegalMove(Exception):
    """A state was to follow that may not."""


def move(
    tx: Tx, claim: ClaimRow, to: ClaimState, *, at: datetime, actor: str, what: str, detail: Any = None, **values: Any
) -> ClaimRow | None:
    """The claim in its new state, its change journalled; None if somebody was faster, and then nothing is written."""
    if to not in CLAIM_TRANSITIONS[ClaimState(claim.state)]:
        raise IllegalMove(f"{claim.id}: {claim.state} to {to}")
    released = {"open_key": None} if to in OVER else {}
    moved = change_claim(tx, claim, state=str(to), **released | values)
    if moved:
        journal(tx, claim.id, _line(claim, moved, at=at, actor=actor, what=what, detail=detail))
    return moved


def note(
    tx: Tx, claim: ClaimRow, *, at: datetime, actor: str, what: str, detail: Any = None, **values: Any
) -> ClaimRow | None:
    """The same for what does not change the state."""
    noted = change_claim(tx, claim, **values)
    if noted:
        journal(tx, claim.id, _line(claim, noted, at=at, actor=actor, what=what, detail=detail))
    return noted


def _line(before: ClaimRow, after: ClaimRow, *, at: datetime, actor: str, what: str, detail: Any) -> ClaimLine:
    return ClaimLine(at=at, what=what, from_state=before.state, to_state=after.state, actor=actor, detail=detail or {})
