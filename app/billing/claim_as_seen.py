"""A claim as an operator saw it: what has changed since then is not acted on."""

from datetime import datetime
from typing import Any

from app.billing.claim_moves import move, note
from app.db.claim import ClaimRow, claim_by_id
from app.db.engine import Tx
from app.errors import ClaimChanged, ClaimRefused
from app.policy.claim_states import ClaimState


def claim_as_seen(tx: Tx, claim_id: str, version: int | None = None) -> ClaimRow:
    """`version` is the one that was looked at; None takes the claim as it is.

    Raises:
        ClaimRefused: there is no such claim; as ClaimChanged if it is another version.
    """
    claim = claim_by_id(tx, claim_id)
    if claim is None:
        raise ClaimRefused("There is no such claim.")
    if version is not None and claim.version != version:
        raise ClaimChanged
    return claim


def noted(
    tx: Tx, claim: ClaimRow, *, at: datetime, actor: str, what: str, detail: dict[str, Any], **changes: Any
) -> ClaimRow:
    """Raises ClaimChanged if somebody was faster."""
    after = note(tx, claim, at=at, actor=actor, what=what, detail=detail, **changes)
    if after is None:
        raise ClaimChanged
    return after


def moved(
    tx: Tx,
    claim: ClaimRow,
    to: ClaimState,
    *,
    at: datetime,
    actor: str,
    what: str,
    detail: dict[str, Any],
    **changes: Any,
) -> ClaimRow:
    """Raises ClaimChanged if somebody was faster."""
    after = move(tx, claim, to, at=at, actor=actor, what=what, detail=detail, **changes)
    if after is None:
        raise ClaimChanged
    return after
