"""Where an entry stands against its object's row, by seconds alone."""

import pytest

from app.policy.event_order import Verdict, place


@pytest.mark.parametrize(
    ("created", "as_of", "uncertain_until", "settled", "verdict"),
    [
        (100, None, None, True, Verdict.TAKE),
        (101, 100, None, True, Verdict.TAKE),
        (101, 100, None, False, Verdict.TAKE),
        (100, 100, None, True, Verdict.TIE),
        (100, 100, None, False, Verdict.TIE),
        (99, 100, None, True, Verdict.STALE),
        (99, 100, None, False, Verdict.RE_RESOLVE),
        (99, 100, 102, True, Verdict.STALE),
        (100, 100, 102, True, Verdict.REFETCH),
        (102, 100, 102, True, Verdict.REFETCH),
        (103, 100, 102, True, Verdict.TAKE),
    ],
)
def test_where_an_event_stands_against_the_row(
    created: int, as_of: int | None, uncertain_until: int | None, settled: bool, verdict: Verdict
) -> None:
    arrived = place(created, as_of=as_of, uncertain_until=uncertain_until, resolved=settled, from_fetch=False)
    assert arrived is verdict


@pytest.mark.parametrize("created", [99, 100, 101])
def test_a_fetched_snapshot_is_taken(created: int) -> None:
    assert place(created, as_of=100, uncertain_until=102, resolved=False, from_fetch=True) is Verdict.TAKE
