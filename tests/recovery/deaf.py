"""A product that no webhook reaches, and what its sweeps leave behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import REGISTRY
from sqlalchemy import func, select

from app.billing import fetching, gap_sweep
from app.billing.gap_sweep import GapReport
from app.billing.pace import Pace
from app.db.inbox import InboxEvent
from app.db.sweep_cursor import SweepCursor
from app.db.tables import MIRRORED, table_of
from tests.support.stage import Stage, stage

_I, _S = table_of(InboxEvent), table_of(SweepCursor)
QUICK = Pace(1e6)


class Killed(BaseException):
    """The process is gone."""


class TroubleOnceStored(Pace):
    """Stripe goes away as soon as something has been stored."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(1e6)
        self._stage = stage

    def keep(self, kind: str) -> None:
        if stored(self._stage):
            self._stage.world.trouble.outage(1)


@contextmanager
def deaf_stage(database_url: str) -> Iterator[Stage]:
    """A product that no webhook reaches, beside a Stripe where much has happened."""
    with stage(database_url) as made:
        made.world.trouble.drop(lambda _: True)
        for number in range(9):
            made.subscribe(f"user{number}")
        made.advance(days=2)
        yield made


def sweep(stage: Stage) -> GapReport:
    return gap_sweep.run(stage.context, pace=QUICK)


def settle(stage: Stage) -> None:
    """Fetch what the mirror was unsure of."""
    stage.advance(seconds=1)
    while fetching.run_pending(stage.context, pace=QUICK).taken:
        pass


def mirrored_events(stage: Stage) -> list[dict[str, Any]]:
    return [event for event in stage.world.events if event["data"]["object"]["object"] in MIRRORED]


def stored(stage: Stage) -> int:
    with stage.context.db.read() as tx:
        return tx.execute(select(func.count()).select_from(_I).where(_I.c.type != "fetched")).scalar_one()


def cursor(stage: Stage) -> Any:
    with stage.context.db.read() as tx:
        return tx.execute(select(_S).where(_S.c.name == gap_sweep.NAME)).one()


def alarms(name: str) -> float:
    return REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": name}) or 0
