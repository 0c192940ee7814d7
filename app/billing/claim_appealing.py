"""A customer's appeal: once per claim, with something new, which a person looks at; a decision that names the old."""

from collections.abc import Sequence

from app.billing import claim_deciding
from app.billing.claim_evidence import Upload, add_files
from app.billing.claim_filing import FiledClaim
from app.billing.claim_moves import move
from app.billing.claim_view import ClaimView
from app.billing.claim_words import plain_text
from app.billing.context import Context
from app.db.claim import claim_by_id
from app.db.locks import lock
from app.db.refund_decision import DecisionRow, decisions_of
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_facts import OperatorFinding
from app.policy.refund_outcome import DecisionReason

R = DecisionReason

OPEN_TO_APPEAL = frozenset({R.DUPLICATE_DISPROVED, R.SUSPICION_REJECTED, R.FAILURE_NOT_CONFIRMED})
"""Those whose answer invites to one; the others are written to support, who may appeal any."""


def may_appeal(view: ClaimView) -> bool:
    decided = view.decision.reason if view.decision else None
    return view.claim.state == ClaimState.DECLINED and decided in OPEN_TO_APPEAL and _is_first(view.decisions)


def appeal(
    context: Context, claim_id: str, *, uid: str, actor: str, text: str, evidence: Sequence[Upload] = ()
) -> FiledClaim | None:
    """None for a claim of somebody else. Raises ClaimRefused for what cannot be appealed, or has been."""
    now, why = context.clock(), plain_text(text)
    with context.db.write() as tx:
        lock(tx, [f"claims:{uid}"])
        claim = claim_by_id(tx, claim_id)
        if claim is None or claim.uid != uid:
            return None
        decisions = decisions_of(tx, claim_id)
        counts = next((each for each in decisions if each.id == claim.decision), None)
        if claim.state != ClaimState.DECLINED or counts is None or counts.reason not in OPEN_TO_APPEAL:
            raise ClaimRefused("This answer cannot be appealed here; please write to support.")
        if not _is_first(decisions):
            raise ClaimRefused("This claim was looked at twice already; please write to support.")
        added, refused = add_files(tx, claim, evidence, actor=actor, now=now)
        if not added and (not why or why in claim.text):
            raise ClaimRefused("Add what we have not seen: a receipt, or what your claim did not tell yet.")
        move(
            tx,
            claim,
            ClaimState.REFERRED,
            at=now,
            actor=actor,
            what="appealed",
            detail={"decision": claim.decision, "why": why, "evidence": added},
            appealed=claim.decision,
            operator_finding=OperatorFinding.DUE,
        )
    decided = claim_deciding.decide(context, claim_id)
    return FiledClaim(claim=decided.claim, decision=decided.decision, is_new=False, refused_files=tuple(refused))


def _is_first(decisions: Sequence[DecisionRow]) -> bool:
    return all(each.answers is None for each in decisions)
