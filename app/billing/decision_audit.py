"""Makes every stored decision again from its stored facts, and reports any that comes out differently."""

from collections import Counter
from dataclasses import dataclass, field

import orjson

from app.billing.context import Context
from app.db.refund_decision import DecisionRow, every_decision
from app.policy import refund_codec
from app.policy.refund_codec import decode_decision, decode_facts
from app.policy.refund_decision import decide_refund
from app.policy.refund_outcome import Decision, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    decision: str
    claim: str
    policy_version: str
    stored: str
    made_again: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """`by_version` counts the decisions of each version of the policy's text; `other_rules` were made by older guards,
    by which nothing can be made again."""

    checked: int
    other_rules: int
    differences: tuple[Difference, ...]
    by_version: dict[str, int] = field(default_factory=dict)


def verify_decisions(context: Context) -> Audit:
    checked = other_rules = 0
    differences: list[Difference] = []
    versions: Counter[str] = Counter()
    with context.db.read() as tx:
        for row in every_decision(tx):
            versions[row.policy_version] += 1
            if _is_by_older_rules(row):
                other_rules += 1
                continue
            checked += 1
            if difference := _difference(row):
                differences.append(difference)
    return Audit(checked=checked, other_rules=other_rules, differences=tuple(differences), by_version=dict(versions))


def stored_decision(row: DecisionRow) -> Decision:
    """Raises ValueError for a row that is no decision."""
    return decode_decision(
        {
            "outcome": row.outcome,
            "clause": row.clause,
            "reason": row.reason,
            "disproof": row.disproof,
            "missing": [detail for detail in row.missing.split(",") if detail],
            "remedy": row.remedy,
            "sentence": row.sentence,
        }
    )


def _is_by_older_rules(row: DecisionRow) -> bool:
    """Rules that never were, or are yet to come, are no excuse for what cannot be made again."""
    try:
        made_by = orjson.loads(row.facts)["v"]
    except (ValueError, TypeError, KeyError):
        return False
    return isinstance(made_by, int) and 0 < made_by < refund_codec.RULES_VERSION


def _difference(row: DecisionRow) -> Difference | None:
    try:
        again = decide_refund(decode_facts(orjson.loads(row.facts)))
        same = stored_decision(row) == again
    except (ValueError, TypeError, KeyError) as unreadable:
        return _told(row, f"unreadable: {unreadable}")
    if same and (row.outcome == Outcome.APPROVED) != (row.proof is not None):
        return _told(row, "an approval and a proof come together or not at all")
    return None if same else _told(row, _words(again))


def _told(row: DecisionRow, made_again: str) -> Difference:
    stored = " ".join(filter(None, (row.outcome, row.clause, row.reason, row.disproof, row.missing, row.remedy)))
    return Difference(
        decision=row.id, claim=row.claim, policy_version=row.policy_version, stored=stored, made_again=made_again
    )


def _words(made: Decision) -> str:
    parts = (made.outcome, made.clause, made.reason, made.disproof, ",".join(made.missing), made.remedy)
    return " ".join(part for part in parts if part)
