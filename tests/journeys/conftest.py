"""A diary: days that pass for Stripe and for us, and what the host is told on each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from app.billing.pace import Pace
from jobs.table import JOBS
from tests.support.product import ask_access
from tests.support.stage import Stage, stage


@dataclass
class Diary:
    """`at` moves both clocks to an instant, delivers what Stripe has to say, and runs every job once."""

    stage: Stage
    asleep: set[str] = field(default_factory=set)  # jobs that do not run

    def at(self, instant: str, *, deliver: bool = True) -> None:
        target = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        self.stage.clock.now = target
        self.stage.world.advance_to(int(target.timestamp()))
        if deliver:
            self.stage.deliver()
        self.run_jobs()

    def run_jobs(self) -> None:
        for job in JOBS.values():
            if job.name not in self.asleep:
                job.act(self.stage.context)

    def access(self, uid: str = "ada") -> tuple[bool, str, str | None]:
        """Entitled, why, and until when."""
        answer = ask_access(self.stage.browser(), uid)
        return answer["entitled"], answer["reason"], answer["until"]

    def product(self, uid: str = "ada") -> dict[str, Any]:
        found: dict[str, Any] = ask_access(self.stage.browser(), uid)["products"][0]
        return found

    def journal(self, uid: str = "ada") -> list[tuple[str, str]]:
        """What happened to the user's access, and when it happened."""
        query = text("SELECT transition, happened_at FROM access_transition WHERE uid = :uid ORDER BY id")
        with self.stage.context.db.read() as tx:
            rows = tx.execute(query, {"uid": uid}).all()
        return [
            (row.transition, datetime.fromtimestamp(row.happened_at, UTC).strftime("%Y-%m-%d %H:%M"))
            for row in rows
            if row.transition != "revised"
        ]


@pytest.fixture
def diary(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    monkeypatch.setattr("app.billing.drift.PACE", Pace(1e6))
    with stage(database_url) as standing:
        yield Diary(standing)
