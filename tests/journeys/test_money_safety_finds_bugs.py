"""The histories of money are worth something: each bug that is planted here is found by them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from app.billing import settling_view
from app.policy import duplicate, duplicate_preconditions
from tests.journeys.money_history import Moment, MoneyHistory, around_a_change, which
from tests.journeys.money_outside import DEEDS, Deed, Outside
from tests.support.databases import empty_sqlite
from tests.support.money_bugs import credit_reversed_twice, no_lock, refund_before_intent

MOST_HISTORIES = 60
Plant = Callable[[pytest.MonkeyPatch], None]


meanwhile = st.lists(st.tuples(st.sampled_from([Outside.staff_refunds] * 20 + DEEDS), which), max_size=2)


class ClaimedFromBothEnds(MoneyHistory):
    """Begins with an invoice that was paid twice, a claim about either payment, and two processes that settle them."""

    @initialize(then=meanwhile, moment=around_a_change)
    def begin(self, then: list[tuple[Deed, int]], moment: Moment) -> None:
        super().begin(doubled=[(Outside.a_second_payment_comes_through, 0)])
        self.stage.deliver()
        for number in (0, 1):
            self.do(self.stage.context, "claims about a charge", number)
        for deed, number in then:
            deed(self.outside, number)
        self.two_act_at_once(act="settles", number=0, other="settles", another=0, moment=moment)


def never_looks_for_refunds(patched: pytest.MonkeyPatch) -> None:
    """What came of an attempt that was not answered is not looked up before the next one."""
    patched.setattr(settling_view, "_refunds", lambda *_: [])


def never_asks_whether_a_payment_is_still_good(patched: pytest.MonkeyPatch) -> None:
    for module in (duplicate, duplicate_preconditions):
        patched.setattr(module, "why_not_payment", lambda _payment: None)


BUGS: dict[Plant, str] = {
    never_looks_for_refunds: "back, and only|reversed for refunds of",
    credit_reversed_twice: "reversed",
    refund_before_intent: "reversed",
    no_lock: "was reversed by 4000",
    never_asks_whether_a_payment_is_still_good: "no good payment",
}


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=BUGS[plant]):
        _walk(tmp_path)


def _walk(folder: Path) -> None:
    machine = type("Bugs", (ClaimedFromBothEnds,), {"database_url": staticmethod(lambda: empty_sqlite(folder))})
    until_found = settings(
        max_examples=MOST_HISTORIES,
        stateful_step_count=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=until_found)
