"""Two processes settle claims about one pair at the same time, one from each end: one refund, and one payment stays."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.processes import work
from tests.processes.crew import PATIENCE, Crew, crew, serving, until
from tests.processes.work import rows
from tests.support.databases import empty_postgres

LOOKED_UP = "GET /v1/refunds"


@pytest.mark.postgres
def test_one_refund_and_the_kept_payment_stays(tmp_path: Path) -> None:
    with crew(empty_postgres(), tmp_path, webs=0) as team, ExitStack() as stack:
        kept, extra = owe(team, stack)
        team.stripe.keep_back(LOOKED_UP, whose="sk_test_")
        at_work = [stack.enter_context(team.at_work(name, "jobs", "run", "settlements")) for name in ("one", "other")]
        until(lambda: held_by(team) == 2, "each holds a claim, and neither knows yet of a refund")
        assert refunds(team) == []
        team.stripe.let_go()
        assert [process.wait(PATIENCE) for process in at_work] == [0, 0]
        assert states(team) == ["covered", "refunded"]
        assert [(refund["charge"], refund["amount"]) for refund in refunds(team)] == [(extra, 900)]
        assert [tuple(row) for row in rows(team.context, "SELECT charge, kept FROM live_refund")] == [(extra, kept)]


def owe(team: Crew, stack: ExitStack) -> tuple[str, str]:
    """An order paid twice, and an approved claim about either payment."""
    stripe = team.stripe
    account = work.open_account(stripe, subscriptions=0, pairs=1, prices=1)
    stripe.catch_up_with_the_wall()
    work.take(team.context, stripe.events)
    work.rest_from_comparing(team.context)
    stack.enter_context(serving(team))
    (extra,) = account.extras
    (kept,) = [each["id"] for each in stripe.account.store.all("charge") if each["id"] != extra]
    for charge in (kept, extra):
        work.claim_twice(team.context, "payer-0", charge, "approved")
    return kept, extra


def held_by(team: Crew) -> int:
    """How many hold a settlement."""
    return len(rows(team.context, "SELECT DISTINCT lease FROM settlement WHERE lease IS NOT NULL"))


def states(team: Crew) -> list[str]:
    return [row[0] for row in rows(team.context, "SELECT state FROM claim ORDER BY state")]


def refunds(team: Crew) -> list[dict[str, Any]]:
    return list(team.stripe.account.store.all("refund"))
