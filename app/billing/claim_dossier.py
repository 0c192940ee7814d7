"""Everything that a person needs to judge a claim: the facts, the payments side by side, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from app.billing.claim_payments import SeenPayment, seen_payments
from app.billing.claim_view import ClaimView, claim_view
from app.billing.context import Context
from app.db.refund_decision import DecisionRow
from app.db.settlement import settlement_of
from app.db.settlement_attempt import Attempt, attempts_at
from app.db.standing import standing_of
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    order_id: str
    status: str
    occurred_at: datetime
    detail: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SettlementShown:
    """`frozen_by` are the disputes and fraud warnings behind a freeze."""

    state: str
    rule: str
    amount: int
    currency: str
    refund: str | None
    refund_status: str | None
    why: str | None
    frozen_by: tuple[str, ...]
    last_error: str | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """`facts` are the finite ones that the decision that counts follows from, in the order of the guards."""

    view: ClaimView
    standing: Standing
    facts: Mapping[str, Any]
    payments: tuple[SeenPayment, ...]
    deliveries: tuple[Delivered, ...]
    settlement: SettlementShown | None


def claim_dossier(context: Context, claim_id: str) -> Dossier | None:
    """Whoever's it is."""
    view = claim_view(context, claim_id)
    if view is None:
        return None
    seen = _seen(view.decision)
    with context.db.read() as tx:
        standing = standing_of(tx, view.claim.uid)
        settled = settlement_of(tx, claim_id)
        attempts = attempts_at(tx, settled.extra) if settled else []
    return Dossier(
        view=view,
        standing=standing,
        facts=_facts(view.decision),
        payments=seen_payments(seen.get("stripe") or {}, order_key=context.settings.order_metadata_key),
        deliveries=tuple(_delivered(each) for each in seen.get("deliveries", ())),
        settlement=_shown(settled, attempts) if settled else None,
    )


def _seen(decision: DecisionRow | None) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(decision.seen) if decision else {}
    return found


def _facts(decision: DecisionRow | None) -> dict[str, Any]:
    """As they were stored, also those of older rules."""
    found: dict[str, Any] = orjson.loads(decision.facts) if decision else {}
    return {name: value for name, value in found.items() if name != "v"}


def _delivered(told: Mapping[str, Any]) -> Delivered:
    return Delivered(
        order_id=told["order_id"],
        status=told["status"],
        occurred_at=datetime.fromisoformat(told["occurred_at"]),
        detail=told.get("detail"),
    )


def _shown(row: Any, attempts: list[Attempt]) -> SettlementShown:
    return SettlementShown(
        state=row.state,
        rule=row.rule,
        amount=row.amount,
        currency=row.currency,
        refund=row.refund,
        refund_status=row.refund_status,
        why=row.why,
        frozen_by=tuple(row.frozen_by.split()),
        last_error=row.last_error,
        attempts=tuple(attempts),
    )
