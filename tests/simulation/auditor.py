"""What must be true after every step, by code that is simpler than the product's and asks it nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from tests.simulation.acting import Broken
from tests.simulation.universe import Universe


class Auditor:
    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._stored: set[str] = set()

    def after_a_step(self) -> None:
        self._nothing_is_lost()
        self._universe.money.after_a_step()

    def _nothing_is_lost(self) -> None:
        """What was answered 2xx is stored."""
        if new := self._universe.acknowledged - self._stored:
            self._stored |= {row.id for row in self.rows("SELECT id FROM inbox_event")}
            lost = sorted(new - self._stored)
            if lost:
                raise Broken(f"answered 2xx and not stored: {lost}")

    def rows(self, sql: str) -> list[Any]:
        with self._universe.observer.db.read() as tx:
            return list(tx.execute(text(sql)))
