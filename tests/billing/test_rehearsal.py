"""Months rehearsed on a test clock of Stripe's: what is explained, answered and journalled goes by the clock's time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from app.billing import cycle_end, fetching
from app.billing.explain import explain
from app.billing.pace import Pace
from app.cli_explain import show
from tests.support.databases import empty_sqlite
from tests.support.product import ask_access
from tests.support.stage import START, Stage, stage

QUICK = Pace(1e6)
DAY = timedelta(days=1)
RENEWED = tuple(datetime(year, month, 24, 6, tzinfo=UTC) for year, month in ((2026, 11), (2026, 12), (2027, 1)))
ENDED = datetime(2027, 2, 23, 6, tzinfo=UTC)


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Stage]:
    with stage(empty_sqlite(tmp_path)) as made:
        yield made


def test_a_rehearsal_goes_and_ends_by_its_own_clock(standing: Stage) -> None:
    call = standing.world.call
    clock = call("POST", "/v1/test_helpers/test_clocks", frozen_time=int(START.timestamp()))["id"]
    method = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    payer = call("POST", "/v1/customers", test_clock=clock, metadata={"uid": "ada"}, **method)["id"]
    made = call("POST", "/v1/subscriptions", customer=payer, items=[{"price": standing.price("Studio")}])["id"]
    for after_renewal in RENEWED:
        _advance(standing, clock, after_renewal)
        assert ask_access(standing.browser(), "ada")["reason"] == "active", after_renewal
    call("POST", f"/v1/subscriptions/{made}", cancel_at_period_end=True, proration_behavior="none")
    _look(standing)
    _advance(standing, clock, ENDED + DAY)
    told = explain(standing.context, "ada")
    assert told.then_given is not None
    for answer in (told.now_known, told.then_given):
        assert (answer.entitled, answer.reason.value, answer.until) == (False, "ended", ENDED)
    assert told.clocks == {made: ENDED + DAY}
    assert f"{made} is on a test clock, and there it is 2027-02-24 06:00:00 UTC." in _shown(standing)
    happened = [(line.transition, line.happened_at) for line in told.journal if line.transition != "revised"]
    assert [what for what, _ in happened] == ["granted", "extended", "extended", "scheduled_to_end", "ended"]
    assert happened[-1] == ("ended", ENDED)


def test_without_a_test_clock_none_is_told_of(standing: Stage) -> None:
    standing.subscribe("ada")
    assert explain(standing.context, "ada").clocks == {}
    assert "test clock" not in _shown(standing)


def _advance(stage: Stage, clock: str, to: datetime) -> None:
    stage.world.call("POST", f"/v1/test_helpers/test_clocks/{clock}/advance", frozen_time=int(to.timestamp()))
    _look(stage)


def _look(stage: Stage) -> None:
    for _ in range(3):
        stage.advance(seconds=30)
        while fetching.run_pending(stage.context, pace=QUICK).taken:
            stage.advance(seconds=1)
    cycle_end.run(stage.context)


def _shown(stage: Stage) -> str:
    out = StringIO()
    show(explain(stage.context, "ada"), Console(file=out, highlight=False, soft_wrap=True))
    return out.getvalue()
