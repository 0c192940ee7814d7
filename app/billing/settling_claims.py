"""What a settlement does to its claim; every change is journalled with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.billing.claim_moves import move, note
from app.db.claim import ClaimRow, claim_by_id
from app.db.engine import Tx
from app.logs import log
from app.policy.claim_states import CLAIM_TRANSITIONS, ClaimState

ACTOR = "settlement"
MOST_TRIES = 5


class ClaimBusy(Exception):
    """Others change the claim all the time."""


def bring(tx: Tx, claim_id: str, path: Sequence[ClaimState], *, at: datetime, what: str, detail: Any = None) -> None:
    """Take the claim along `path`, from wherever on it it is; where it may not go, what happened is journalled."""
    for state in path:
        _to(tx, claim_id, state, at=at, what=what, detail=detail)


def _to(tx: Tx, claim_id: str, state: ClaimState, *, at: datetime, what: str, detail: Any) -> None:
    for _ in range(MOST_TRIES):
        claim = claim_by_id(tx, claim_id)
        if claim is None or claim.state == state:
            return
        if _change(tx, claim, state, at=at, what=what, detail=detail):
            return
    raise ClaimBusy(claim_id)


def _change(tx: Tx, claim: ClaimRow, state: ClaimState, *, at: datetime, what: str, detail: Any) -> ClaimRow | None:
    if state in CLAIM_TRANSITIONS[ClaimState(claim.state)]:
        return move(tx, claim, state, at=at, actor=ACTOR, what=what, detail=detail)
    log.error("claim_cannot_follow", claim=claim.id, state=claim.state, to=str(state), what=what)
    return note(tx, claim, at=at, actor=ACTOR, what=what, detail=detail)
