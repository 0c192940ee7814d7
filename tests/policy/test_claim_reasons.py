"""Each reason that a customer can choose has its words and its clause."""

import pytest

from app.policy.claim_reasons import ANSWERED_AT_ONCE, ClaimReason
from app.policy.clauses import Clause


@pytest.mark.parametrize("reason", ClaimReason)
def test_each_reason_has_plain_words_and_a_clause(reason: ClaimReason) -> None:
    assert reason.label
    assert not any(clause in reason.label for clause in Clause)
    assert reason.clause in Clause


def test_no_two_reasons_read_alike() -> None:
    assert len({reason.label for reason in ClaimReason}) == len(ClaimReason)


def test_only_what_the_policy_never_refunds_is_answered_at_once() -> None:
    never = {Clause.SATISFACTION, Clause.USER_ERROR, Clause.NO_PRO_RATING, Clause.BEFORE_RENEWAL}
    assert {reason for reason in ClaimReason if reason.clause in never} == ANSWERED_AT_ONCE
