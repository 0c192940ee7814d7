"""What went back before Paidthrough came is nobody's alarm; what goes back since is, however it becomes known."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.billing import backfill, gap_sweep, out_of_policy
from app.billing.pace import Pace
from app.db.alarm import Alarm
from app.db.tables import table_of
from tests.support.stage import Stage, stage

QUICK = Pace(1e6)
_A = table_of(Alarm)


@pytest.fixture
def old(database_url: str) -> Iterator[Stage]:
    """An account with a refund, a credit note and a proration, of which nobody here has heard."""
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        made.subscribe("ada")
        second = made.subscribe("eda")
        made.subscribe("ida")
        charges = list(made.world.account.store.all("charge"))
        invoices = list(made.world.account.store.all("invoice"))
        call = made.world.call
        call("POST", "/v1/refunds", charge=charges[0]["id"])
        call("POST", "/v1/credit_notes", invoice=invoices[1]["id"], refund_amount=500, amount=500)
        made.advance(days=10)
        cheap = made.price("Small", 500)
        item = made.world.account.store.find(second)
        assert item is not None
        call("POST", f"/v1/subscriptions/{second}", items=[{"id": item["items"]["data"][0]["id"], "price": cheap}])
        made.advance(days=2)
        yield made


def fill(made: Stage) -> None:
    backfill.run(made.context, tell=lambda _: None, wait=lambda _: None, pace=QUICK, again=True)


def alarmed(made: Stage) -> list[str]:
    made.advance(minutes=5)
    out_of_policy.run(made.context)
    with made.context.db.read() as tx:
        return list(tx.execute(select(_A.c.matter).order_by(_A.c.number)).scalars())


def refund(made: Stage) -> dict[str, Any]:
    """Somebody refunds ida in the dashboard; its webhook is lost."""
    made.advance(days=1)
    charge = list(made.world.account.store.all("charge"))[2]
    return made.world.call("POST", "/v1/refunds", charge=charge["id"])


def test_a_backfill_alarms_nobody_about_the_past(old: Stage) -> None:
    fill(old)
    assert alarmed(old) == []


def test_a_refund_made_since_is_alarmed_when_a_backfill_finds_it(old: Stage) -> None:
    fill(old)
    made = refund(old)
    fill(old)
    assert alarmed(old) == [f"refund:{made['id']}"]


def test_a_refund_made_since_is_alarmed_when_the_sweep_finds_it(old: Stage) -> None:
    fill(old)
    made = refund(old)
    old.advance(minutes=5)
    gap_sweep.run(old.context, pace=QUICK)
    assert alarmed(old) == [f"refund:{made['id']}"]


def test_the_jobs_first_start_counts_where_nobody_filled_the_mirror(old: Stage) -> None:
    gap_sweep.run(old.context, pace=QUICK)
    assert alarmed(old) == []
    made = refund(old)
    old.advance(minutes=5)
    gap_sweep.run(old.context, pace=QUICK)
    assert alarmed(old) == [f"refund:{made['id']}"]
