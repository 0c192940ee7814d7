"""A stored decision can be read, made again from its stored facts, and compared."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.refund_codec import (
    RULES_VERSION,
    OtherRules,
    decode_decision,
    decode_facts,
    encode_decision,
    encode_facts,
)
from app.policy.refund_decision import decide_refund
from app.policy.refund_facts import DOMAINS, ClaimFacts

ALL_FACTS = st.fixed_dictionaries({name: st.sampled_from(domain) for name, domain in DOMAINS.items()}).map(
    lambda values: ClaimFacts(**values)  # type: ignore[arg-type]
)


@given(ALL_FACTS)
def test_what_was_stored_is_decided_again_alike(facts: ClaimFacts) -> None:
    decision = decide_refund(facts)
    stored_facts, stored = json.loads(json.dumps([encode_facts(facts), encode_decision(decision)]))
    assert decode_facts(stored_facts) == facts
    assert decode_decision(stored) == decide_refund(decode_facts(stored_facts)) == decision
    assert decode_decision(stored).sentence == decision.sentence


@given(ALL_FACTS)
def test_rewording_a_sentence_changes_no_decision_and_anything_else_does(facts: ClaimFacts) -> None:
    stored = encode_decision(decide_refund(facts))
    assert decode_decision(stored | {"sentence": "other words"}) == decide_refund(facts)
    assert decode_decision(stored | {"clause": "3.1"}) != decide_refund(facts)


@given(ALL_FACTS)
def test_facts_of_other_rules_are_told_apart(facts: ClaimFacts) -> None:
    with pytest.raises(OtherRules):
        decode_facts(encode_facts(facts) | {"v": RULES_VERSION + 1})


@pytest.mark.parametrize("wrong", [{"uid_given": "false"}, {"standing": "fine"}, {"duplicate": "maybe"}])
def test_what_was_never_encoded_here_is_refused(wrong: dict[str, str]) -> None:
    facts = ClaimFacts(**{name: domain[0] for name, domain in DOMAINS.items()})  # type: ignore[arg-type]
    assert decode_facts(encode_facts(facts)) == facts
    with pytest.raises((ValueError, TypeError)):
        decode_facts(encode_facts(facts) | wrong)


def test_decisions_are_told_apart_by_what_is_missing() -> None:
    facts = ClaimFacts(**{name: domain[0] for name, domain in DOMAINS.items()})  # type: ignore[arg-type]
    assert decide_refund(facts) != decide_refund(replace(facts, uid_given=True))
