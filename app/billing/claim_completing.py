"""Adds what was missing to a claim (clause 5.1) and lets it be decided anew; the time of filing stays."""

from collections.abc import Sequence
from typing import Any

from app.billing import claim_deciding
from app.billing.claim_evidence import Upload, add_files
from app.billing.claim_filing import FiledClaim
from app.billing.claim_moves import MAY_GROW, note
from app.billing.claim_order_number import naming
from app.billing.claim_words import LONGEST_TEXT, plain_number, plain_text
from app.billing.context import Context
from app.db.claim import ClaimRow, claim_by_id
from app.db.claim_journal import count_lines
from app.db.locks import lock
from app.errors import ClaimRefused

MOST_ADDITIONS = 20
"""To one claim: after each one Stripe is asked anew, and somebody may press the button for ever."""


def complete_claim(
    context: Context,
    claim_id: str,
    *,
    uid: str,
    actor: str,
    order_number: str | None = None,
    text: str = "",
    evidence: Sequence[Upload] = (),
) -> FiledClaim | None:
    """None for a claim that does not exist and for one of somebody else. Raises ClaimRefused once it is decided."""
    now, number, more = context.clock(), plain_number(order_number), plain_text(text)
    with context.db.write() as tx:
        lock(tx, [f"claims:{uid}"])
        claim = claim_by_id(tx, claim_id)
        if claim is None or claim.uid != uid:
            return None
        if claim.state not in MAY_GROW:
            raise ClaimRefused("The claim is decided; nothing can be added to it.")
        if count_lines(tx, claim_id, "completed") >= MOST_ADDITIONS:
            raise ClaimRefused("Much was added to this claim already; please write to support.")
        added, refused = add_files(tx, claim, evidence, actor=actor, now=now)
        changes = naming(tx, claim, number, now=now) | _told(claim, more)
        if changes or added:
            detail = {"evidence": added, "order_number": number, "text": more}
            note(tx, claim, at=now, actor=actor, what="completed", detail=detail, **changes)
    decided = claim_deciding.decide(context, claim_id)
    return FiledClaim(claim=decided.claim, decision=decided.decision, is_new=False, refused_files=tuple(refused))


def _told(claim: ClaimRow, more: str) -> dict[str, Any]:
    if not more:
        return {}
    return {"text": "\n\n".join(part for part in (claim.text, more) if part)[:LONGEST_TEXT]}
