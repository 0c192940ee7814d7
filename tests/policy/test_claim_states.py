"""The tables of states are closed, every state is reached, and money that moves has a way back to a person."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from app.policy.claim_states import (
    CLAIM_TRANSITIONS,
    LIVE_STEP_STATES,
    STEP_TRANSITIONS,
    ClaimState,
    StepState,
    claims_drawn,
    state_after,
    step_state_of,
)
from app.policy.refund_outcome import Outcome

TABLES: list[tuple[Mapping[StrEnum, Mapping[StrEnum, str]], type[StrEnum], StrEnum]] = [
    (CLAIM_TRANSITIONS, ClaimState, ClaimState.FILED),  # type: ignore[list-item]
    (STEP_TRANSITIONS, StepState, StepState.INTENDED),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("table", "states", "first"), TABLES)
def test_each_state_has_its_row_and_leads_only_to_states(
    table: Mapping[StrEnum, Mapping[StrEnum, str]], states: type[StrEnum], first: StrEnum
) -> None:
    assert set(table) == set(states)
    for state, later in table.items():
        assert set(later) <= set(states) - {state, first}
        assert all(later.values())


@pytest.mark.parametrize(("table", "states", "first"), TABLES)
def test_every_state_is_reached(
    table: Mapping[StrEnum, Mapping[StrEnum, str]], states: type[StrEnum], first: StrEnum
) -> None:
    assert reached(table, first) == set(states)


def test_no_claim_is_stuck() -> None:
    """From wherever it stands, a claim can come to rest, and what rests is not still being settled."""
    rest = {ClaimState.REFUNDED, ClaimState.COVERED, ClaimState.DECLINED, ClaimState.REMEDIED, ClaimState.WITHDRAWN}
    assert all(reached(CLAIM_TRANSITIONS, state) & rest for state in ClaimState)  # type: ignore[arg-type]


def test_only_an_approved_claim_comes_to_be_settled() -> None:
    into = {state for state, later in CLAIM_TRANSITIONS.items() if ClaimState.SETTLING in later}
    assert into == {ClaimState.APPROVED, ClaimState.REOPENED}


@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_leads_to_a_state_that_may_follow_the_filing(outcome: Outcome) -> None:
    assert state_after(outcome) in CLAIM_TRANSITIONS[ClaimState.FILED]


def test_a_dead_attempt_stays_dead_and_a_live_one_can_still_die() -> None:
    assert {state for state, later in STEP_TRANSITIONS.items() if not later} == set(StepState) - LIVE_STEP_STATES
    assert StepState.FAILED in STEP_TRANSITIONS[StepState.SUCCEEDED]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("succeeded", StepState.SUCCEEDED),
        ("failed", StepState.FAILED),
        ("canceled", StepState.CANCELED),
        ("pending", StepState.PENDING),
        ("requires_action", StepState.PENDING),
        ("a new one", StepState.PENDING),
    ],
)
def test_a_refund_is_live_until_stripe_says_otherwise(status: str, state: StepState) -> None:
    assert step_state_of(status) is state


def test_the_drawing_shows_every_transition() -> None:
    drawn = claims_drawn()
    assert drawn.startswith("stateDiagram-v2\n")
    assert drawn.count("-->") == 1 + sum(max(1, len(later)) for later in CLAIM_TRANSITIONS.values())
    assert "    settling --> reopened: the refund failed\n" in drawn


def reached(table: Mapping[StrEnum, Mapping[StrEnum, str]], first: StrEnum) -> set[StrEnum]:
    found, waiting = {first}, [first]
    while waiting:
        new = set(table[waiting.pop()]) - found
        found |= new
        waiting.extend(new)
    return found
