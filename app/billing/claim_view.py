"""A claim as its owner, the host and operators see it: where it stands, why, until when, and what can be done."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson

from app.billing.account import account_of
from app.billing.context import Context
from app.db import claim as claim_rows
from app.db.charge_owner import OwnedCharge, charges_with_owners
from app.db.claim import ClaimRow, claim_by_id, claims_of
from app.db.claim_journal import ClaimLine, lines_of_each
from app.db.engine import Tx
from app.db.evidence import EvidenceRow, evidence_of_each
from app.db.refund_decision import DecisionRow, decisions_of_each
from app.policy.claim_states import ClaimState
from app.policy.claim_window import claim_deadline
from app.policy.clauses import Clause
from app.policy.instants import from_epoch

Ending = Callable[[], frozenset[str]]
"""The user's subscriptions that can be ended for their next renewal."""

ENDS_WITH_THE_PERIOD = frozenset({Clause.NO_PRO_RATING, Clause.BEFORE_RENEWAL})


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimView:
    """`deadline` is when the claim's 24 hours ended or end; None as long as no charge is known. `can_cancel` is the
    subscription that a claim about a period was answered with: it can be ended for its next renewal."""

    claim: ClaimRow
    decisions: tuple[DecisionRow, ...]
    evidence: tuple[EvidenceRow, ...]
    journal: tuple[ClaimLine, ...]
    charge: OwnedCharge | None
    deadline: datetime | None
    can_cancel: str | None

    @property
    def decision(self) -> DecisionRow | None:
        """The one that counts."""
        return next((each for each in self.decisions if each.id == self.claim.decision), None)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(filter(None, self.decision.missing.split(","))) if self.decision else ()


def claim_view(context: Context, claim_id: str, *, uid: str | None = None) -> ClaimView | None:
    """With a uid only that user's: one of somebody else is as unknown as one that does not exist."""
    with context.db.read() as tx:
        claim = claim_by_id(tx, claim_id)
        if claim is None or (uid is not None and claim.uid != uid):
            return None
        return _views(tx, [claim], _ending(context, claim.uid))[0]


def claims_view(context: Context, uid: str) -> tuple[ClaimView, ...]:
    """A user's claims, the newest first."""
    ending = _ending(context, uid)
    with context.db.read() as tx:
        return tuple(_views(tx, claims_of(tx, uid), ending))


def claims_in(context: Context, states: Collection[ClaimState], *, limit: int = 200) -> list[ClaimRow]:
    """Everybody's in these states, what waits longest first."""
    with context.db.read() as tx:
        return claim_rows.claims_in(tx, states, limit=limit)


def _views(tx: Tx, claims: Sequence[ClaimRow], ending: Ending) -> list[ClaimView]:
    """However many they are, each kind of thing is read once."""
    ids = [claim.id for claim in claims]
    decisions, evidence, journal = decisions_of_each(tx, ids), evidence_of_each(tx, ids), lines_of_each(tx, ids)
    charges = charges_with_owners(tx, {claim.charge for claim in claims if claim.charge})
    views = []
    for claim in claims:
        counts = next((each for each in decisions[claim.id] if each.id == claim.decision), None)
        charge = charges.get(claim.charge or "")
        view = ClaimView(
            claim=claim,
            decisions=tuple(decisions[claim.id]),
            evidence=tuple(evidence[claim.id]),
            journal=tuple(journal[claim.id]),
            charge=charge,
            deadline=_deadline(charge, counts),
            can_cancel=_can_cancel(claim, counts, ending),
        )
        views.append(view)
    return views


def _deadline(charge: OwnedCharge | None, decision: DecisionRow | None) -> datetime | None:
    seen: Mapping[str, Any] = orjson.loads(decision.seen) if decision else {}
    if told := seen.get("deadline"):
        return datetime.fromisoformat(told)
    return claim_deadline(from_epoch(charge.created)) if charge and charge.took_money else None


def _ending(context: Context, uid: str) -> Ending:
    """The account is read once, and only if a claim asks for it."""

    @cache
    def can_be_ended() -> frozenset[str]:
        return frozenset(each.subscription for each in account_of(context, uid) if each.can_cancel)

    return can_be_ended


def _can_cancel(claim: ClaimRow, decision: DecisionRow | None, ending: Ending) -> str | None:
    if decision is None or claim.subscription is None or decision.clause not in ENDS_WITH_THE_PERIOD:
        return None
    return claim.subscription if claim.subscription in ending() else None
