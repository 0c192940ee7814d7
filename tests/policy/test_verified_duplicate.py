"""The proof checks itself, comes only from the rules, and is never loaded."""

import ast
import copy
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.policy.claim_states import SettlementStep
from app.policy.duplicate_facts import PaymentFacts
from app.policy.duplicate_verdict import Rule
from app.policy.settlement_marks import ATTEMPT, DUPLICATE_OF, EXTRA, INVOICE, RULE, STEP, step_key
from app.policy.verified_duplicate import _TOKEN, NotADuplicate, VerifiedDuplicate
from tests.policy.payment_bodies import at, facts, same_invoice, same_order, twins, verdict_on

ROOT = Path(__file__).parents[2]
KEPT, EXTRA_PAYMENT = (facts(bodies) for bodies in same_order())


CHANGE: dict[str, Any] = {"amount": 1}


def proof(kept: PaymentFacts = KEPT, extra: PaymentFacts = EXTRA_PAYMENT, **changes: Any) -> VerifiedDuplicate:
    given: dict[str, Any] = {"token": _TOKEN, "rule": Rule.C, "kept": kept, "extra": extra, "amount": 2000} | changes
    return VerifiedDuplicate(**given)


def test_a_consistent_proof_exists() -> None:
    assert proof().amount == 2000


def test_nobody_without_the_token_builds_one() -> None:
    with pytest.raises(NotADuplicate, match="only the rules"):
        proof(token=object())


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -2000},
        {"amount": 2001},
        {"amount": 1999},
        {"credit_to_reverse": 2000},
        {"subscription_to_end": "sub_1"},
        {"rule": Rule.A},
        {"rule": Rule.A, "credit_to_reverse": 2000},
        {"rule": Rule.B},
        {"rule": Rule.D},
        {"kept": EXTRA_PAYMENT, "extra": KEPT},
        {"extra": KEPT},
        {"extra": replace(EXTRA_PAYMENT, currency="eur")},
        {"extra": replace(EXTRA_PAYMENT, livemode=True)},
        {"extra": replace(EXTRA_PAYMENT, customer="cus_2", uid=None)},
        {"extra": replace(EXTRA_PAYMENT, payment_intent=KEPT.payment_intent)},
        {"extra": replace(EXTRA_PAYMENT, order=None)},
        {"extra": replace(EXTRA_PAYMENT, taken_at=at(0))},
        *(
            {which: replace(KEPT if which == "kept" else EXTRA_PAYMENT, **bad)}
            for which in ("kept", "extra")
            for bad in (
                {"status": "failed"},
                {"status": "pending"},
                {"captured": 0},
                {"refunded": 1},
                {"live_refund": True},
                {"disputed": True},
                {"fraud_warning": True},
            )
        ),
    ],
)
def test_an_inconsistent_proof_refuses_to_exist(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotADuplicate):
        proof(**wrong)


def test_it_is_neither_changed_nor_copied_nor_stored() -> None:
    made = proof()
    with pytest.raises(ValueError, match="token"):
        replace(made, **CHANGE)
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(NotADuplicate):
            attempt(made)
    assert not hasattr(made, "decode")
    assert not hasattr(made, "token")


def test_the_record_names_what_it_proves() -> None:
    verdict = verdict_on(same_invoice())
    assert isinstance(verdict, VerifiedDuplicate)
    assert verdict.encode() == {
        "rule": "same_invoice",
        "kept": "ch_1",
        "extra": "ch_2",
        "extra_payment_intent": "pi_2",
        "amount": 2000,
        "currency": "usd",
        "invoice": "in_1",
        "credit_to_reverse": 2000,
        "subscription_to_end": None,
    }


def test_the_key_is_of_the_extra_charge_the_step_and_the_attempt() -> None:
    made = proof()
    keys = {made.idempotency_key(attempt, step) for attempt in (1, 2) for step in SettlementStep}
    assert len(keys) == 2 * len(SettlementStep)
    assert made.idempotency_key(1) == proof().idempotency_key(1) == "paidthrough-refund-ch_2-1"
    assert made.idempotency_key(2, SettlementStep.REVERSE_CREDIT) == step_key(
        step=SettlementStep.REVERSE_CREDIT, extra="ch_2", attempt=2
    )
    with pytest.raises(ValueError, match="counted from 1"):
        made.idempotency_key(0)


def test_its_marks_fit_into_stripes_metadata() -> None:
    marks = {DUPLICATE_OF: "ch_1", EXTRA: "ch_2", RULE: "same_order", STEP: "refund", ATTEMPT: "1"}
    assert proof().metadata(1) == marks
    overpaid = verdict_on(same_invoice())
    assert isinstance(overpaid, VerifiedDuplicate)
    assert overpaid.metadata(1, SettlementStep.REVERSE_CREDIT)[INVOICE] == "in_1"
    assert all(len(key) <= 40 for key in (*marks, INVOICE))


def test_only_the_rules_hold_the_token() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "jobs", "webhooks")
        for path in (ROOT / folder).rglob("*.py")
        if "_TOKEN" in path.read_text()
    }
    assert users == {"app/policy/verified_duplicate.py", "app/policy/duplicate_rules.py"}


def test_only_the_rules_call_its_constructor() -> None:
    makers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "jobs", "webhooks")
        for path in (ROOT / folder).rglob("*.py")
        if any(_makes_a_proof(node) for node in ast.walk(ast.parse(path.read_text())))
    }
    assert makers == {"app/policy/duplicate_rules.py"}


def _makes_a_proof(node: ast.AST) -> bool:
    """Matching a verdict against the class makes nothing: only a call does."""
    return (
        isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == "VerifiedDuplicate"
    )


def test_twins_end_the_newer_subscription() -> None:
    verdict = verdict_on(twins())
    assert isinstance(verdict, VerifiedDuplicate)
    assert verdict.metadata(1)[RULE] == "twin_subscriptions"
    assert verdict.encode()["subscription_to_end"] == "sub_2"
