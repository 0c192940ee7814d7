"""Facts and decisions of claims as JSON-able dicts and back, so that every decision can be made again and compared."""

from collections.abc import Mapping
from typing import Any

from app.policy.claim_reasons import ClaimReason
from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof
from app.policy.refund_facts import DOMAINS, ClaimFacts, Delivery, Finding, OperatorFinding, OrderNumber, Window
from app.policy.refund_outcome import Decision, DecisionReason, Detail, Outcome, Remedy
from app.policy.standing import Standing

# Raised with every change after which the same facts would be decided differently.
RULES_VERSION = 2


class OtherRules(ValueError):
    """It was decided by other rules than today's, by which it cannot be made again."""


def encode_facts(facts: ClaimFacts) -> dict[str, Any]:
    return {"v": RULES_VERSION} | {name: _plain(getattr(facts, name)) for name in DOMAINS}


def decode_facts(encoded: Mapping[str, Any]) -> ClaimFacts:
    """Raises OtherRules; ValueError, TypeError or KeyError for what was never encoded here."""
    if encoded.get("v") != RULES_VERSION:
        raise OtherRules(f"decided by rules {encoded.get('v')!r}, not {RULES_VERSION}")
    return ClaimFacts(
        standing=Standing(encoded["standing"]),
        reason=ClaimReason(encoded["reason"]),
        uid_given=_flag(encoded["uid_given"]),
        order_number=OrderNumber(encoded["order_number"]),
        evidence_given=_flag(encoded["evidence_given"]),
        may_complete=_flag(encoded["may_complete"]),
        window=Window(encoded["window"]),
        duplicate=_finding(encoded["duplicate"]),
        delivery=Delivery(encoded["delivery"]),
        renewed_despite_cancellation=_flag(encoded["renewed_despite_cancellation"]),
        operator=OperatorFinding(encoded["operator"]),
    )


def encode_decision(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": str(decision.outcome),
        "clause": str(decision.clause),
        "reason": str(decision.reason),
        "disproof": _plain(decision.disproof),
        "missing": [str(detail) for detail in decision.missing],
        "remedy": _plain(decision.remedy),
        "sentence": decision.sentence,
    }


def decode_decision(encoded: Mapping[str, Any]) -> Decision:
    disproof, remedy = encoded["disproof"], encoded["remedy"]
    return Decision(
        outcome=Outcome(encoded["outcome"]),
        clause=Clause(encoded["clause"]),
        reason=DecisionReason(encoded["reason"]),
        disproof=None if disproof is None else Disproof(disproof),
        missing=tuple(Detail(detail) for detail in encoded["missing"]),
        remedy=None if remedy is None else Remedy(remedy),
        sentence=encoded["sentence"],
    )


def _finding(value: str) -> Finding | Disproof:
    return Finding(value) if value in set(Finding) else Disproof(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool) else str(value)
