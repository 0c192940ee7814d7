"""Every stored decision is made again from its stored facts; what differs is reported."""

import orjson
import pytest

from app.billing.decision_audit import verify_decisions
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import SCREENSHOT, Claims


@pytest.fixture
def decided(claims: Claims) -> Claims:
    """Decisions of every outcome that a customer can bring about."""
    _, extra = claims.pay_twice()
    for reason in R:
        claims.file(reason, extra, evidence=[SCREENSHOT])
    claims.file(R.CHARGED_TWICE, "unknown")
    assert set(claims.column("SELECT outcome FROM refund_decision")) == {
        "approved",
        "declined",
        "referred",
        "needs_information",
    }
    return claims


def test_what_was_decided_is_decided_the_same_again(decided: Claims) -> None:
    audit = verify_decisions(decided.stage.context)
    assert (audit.checked, audit.other_rules, audit.differences) == (len(R) + 1, 0, ())
    assert sum(audit.by_version.values()) == len(R) + 1


TAMPERED = (
    ("outcome", "approved"),
    ("clause", "2.2"),
    ("clause", "9.9"),
    ("reason", "duplicate_verified"),
    ("disproof", "renewal"),
    ("missing", "evidence"),
    ("remedy", "account_credit"),
    ("facts", "{}"),
    ("facts", "no json"),
    ("facts", '{"v": 2}'),
    ("proof", "{}"),
)


def test_what_was_tampered_with_is_found(decided: Claims) -> None:
    name = _one(decided, "declined")
    for column, value in TAMPERED:
        (before,) = decided.column(f"SELECT {column} FROM refund_decision WHERE id = :id", id=name)
        _tamper(decided, name, column, value)
        found = [each.decision for each in verify_decisions(decided.stage.context).differences]
        assert found == [name], (column, value)
        _tamper(decided, name, column, before)
        assert verify_decisions(decided.stage.context).differences == ()


def test_an_approval_without_its_proof_is_found(decided: Claims) -> None:
    name = _one(decided, "approved")
    _tamper(decided, name, "proof", None)
    assert [each.decision for each in verify_decisions(decided.stage.context).differences] == [name]


def test_facts_that_say_something_else_are_found(decided: Claims) -> None:
    name = _one(decided, "approved")
    (facts,) = decided.column("SELECT facts FROM refund_decision WHERE id = :id", id=name)
    _tamper(decided, name, "facts", orjson.dumps(orjson.loads(facts) | {"window": "too_late"}).decode())
    (difference,) = verify_decisions(decided.stage.context).differences
    assert difference.stored == "approved 2.2 duplicate_verified"
    assert difference.made_again == "declined 2.3 too_late"


def test_what_older_rules_decided_is_counted_and_not_held_against_today(
    decided: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.policy.refund_codec.RULES_VERSION", 3)
    audit = verify_decisions(decided.stage.context)
    assert (audit.checked, audit.other_rules, audit.differences) == (0, len(R) + 1, ())


def _one(decided: Claims, outcome: str) -> str:
    found: str = decided.column("SELECT id FROM refund_decision WHERE outcome = :o ORDER BY id", o=outcome)[0]
    return found


def _tamper(decided: Claims, name: str, column: str, value: str | None) -> None:
    """As nobody can but who owns the database."""
    copied = f"SELECT * FROM refund_decision WHERE id = '{name}'"
    with decided.stage.context.db.write() as tx:
        row = dict(tx.exec_driver_sql(copied).one()._mapping) | {column: value}
        tx.exec_driver_sql(f"DELETE FROM refund_decision WHERE id = '{name}'")
        style = "?" if tx.dialect.name == "sqlite" else "%s"
        marks = ", ".join(style for _ in row)
        tx.exec_driver_sql(f"INSERT INTO refund_decision ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
