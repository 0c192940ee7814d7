"""The whole finite space of facts, each point decided: nothing but a verified duplicate is ever approved."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import product
from math import prod
from typing import Any

import pytest

from app.policy.claim_reasons import ClaimReason
from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import DOMAINS, ClaimFacts, Finding, OperatorFinding, OrderNumber, Window
from app.policy.refund_outcome import Decision, DecisionReason, Outcome
from app.policy.standing import Standing

WITH_A_DISPROOF = (
    DecisionReason.DUPLICATE_DISPROVED,
    DecisionReason.DUPLICATE_APPEALED,
    DecisionReason.DISPROOF_UPHELD,
)


def test_every_fact_has_its_finite_domain() -> None:
    assert [field.name for field in fields(ClaimFacts)] == list(DOMAINS)
    assert all(len(domain) == len(set(domain)) > 1 for domain in DOMAINS.values())


def test_the_values_of_a_domain_are_all_there_are() -> None:
    for name, domain in DOMAINS.items():
        kinds: set[Any] = {type(value) for value in domain}
        everything = [value for kind in kinds for value in ((False, True) if kind is bool else kind)]
        assert sorted(map(str, domain)) == sorted(map(str, everything)), name


def test_a_finding_is_never_taken_for_a_disproof() -> None:
    assert not set(Finding) & set(Disproof)


def test_the_space_is_small_enough_to_be_walked_whole() -> None:
    assert prod(map(len, DOMAINS.values())) < 2_000_000


@pytest.mark.parametrize("reason", ClaimReason)
def test_approved_if_and_only_if_a_verified_duplicate_is_inside(reason: ClaimReason) -> None:
    made: set[Decision] = set()
    for facts in all_facts(reason):
        decision = decide_refund(facts)
        assert (decision.outcome is Outcome.APPROVED) == may_be_approved(facts), facts
        made.add(decision)
    assert {fault for decision in made for fault in faults(decision)} == set()
    assert (reason is ClaimReason.CHARGED_TWICE) == (Outcome.APPROVED in {decision.outcome for decision in made})


def all_facts(reason: ClaimReason) -> Iterator[ClaimFacts]:
    names = tuple(DOMAINS)
    domains = ((reason,) if name == "reason" else domain for name, domain in DOMAINS.items())
    for point in product(*domains):
        values: dict[str, Any] = dict(zip(names, point, strict=True))
        yield ClaimFacts(**values)


def may_be_approved(facts: ClaimFacts) -> bool:
    """In other words than the decision's: proven, complete, in time, and by somebody in good standing."""
    proven = facts.duplicate is Finding.VERIFIED or (
        facts.duplicate is Finding.VERIFIED_TWIN and facts.operator is OperatorFinding.CONFIRMED
    )
    return (
        proven
        and facts.reason is ClaimReason.CHARGED_TWICE
        and facts.standing is Standing.GOOD
        and facts.window is Window.IN_TIME
        and facts.uid_given
        and facts.order_number is OrderNumber.FOUND
    )


def faults(decision: Decision) -> Iterator[str]:
    if decision.clause not in Clause or not decision.sentence:
        yield "no clause, or nothing said"
    if (decision.disproof is not None) != (decision.reason in WITH_A_DISPROOF):
        yield "a disproof goes with its reason"
    if decision.outcome is Outcome.NEEDS_INFORMATION and not decision.missing:
        yield "asks for nothing"
    if decision.outcome is Outcome.APPROVED and decision.clause is not Clause.DUPLICATE_PAYMENT:
        yield "approved by a clause that refunds nothing"
    if decision.remedy and (decision.outcome, decision.clause) != (Outcome.REFERRED, Clause.SYSTEM_FAILURE):
        yield "a remedy for what was no failure"


def test_only_standing_details_and_the_window_answer_an_appeal_without_a_person() -> None:
    """Whoever brings something new about a charge made twice is declined only by what no receipt could change."""
    made = {
        decide_refund(facts) for facts in all_facts(ClaimReason.CHARGED_TWICE) if facts.operator is OperatorFinding.DUE
    }
    declined = {decision.reason for decision in made if decision.outcome is Outcome.DECLINED}
    assert declined == {
        DecisionReason.BAD_STANDING,
        DecisionReason.DETAILS_NEVER_CAME,
        DecisionReason.TOO_LATE,
        DecisionReason.NOTHING_CHARGED_TWICE,
    }
