"""What must be true after every step, by code that is simpler than the product's and asks it nothing."""

from __future__ import annotations

from typing import Any

from tests.simulation.access_auditor import AccessAuditor
from tests.simulation.acting import Broken
from tests.simulation.universe import Universe


class Auditor:
    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._stored: set[str] = set()
        self._decisions: dict[str, Any] = {}
        self._refunds: set[str] = set()
        self._access = AccessAuditor(universe)

    def after_a_step(self) -> None:
        self._nothing_is_lost()
        self._nothing_forbidden_was_sent()
        self._decisions_stay()
        self._refunds_are_decided()
        self._universe.money.after_a_step()
        self._access.check()

    def _nothing_is_lost(self) -> None:
        """What was answered 2xx is stored, and stays."""
        if self._universe.acknowledged - self._stored:
            stored = {row.id for row in self._universe.rows("SELECT id FROM inbox_event")}
            if lost := sorted((self._universe.acknowledged | self._stored) - stored):
                raise Broken(f"answered 2xx and not stored: {lost}")
            self._stored = stored

    def _nothing_forbidden_was_sent(self) -> None:
        """Nothing that could prorate, no refund without a proof, and no call while a transaction is open."""
        if self._universe.guard.complaints:
            raise Broken("sent to Stripe: " + self._universe.guard.complaints[0])

    def _decisions_stay(self) -> None:
        found = {row.id: tuple(row) for row in self._universe.rows("SELECT * FROM refund_decision")}
        if changed := [name for name, seen in self._decisions.items() if found.get(name) != seen]:
            raise Broken(f"decisions that changed: {changed}")
        self._decisions = found

    def _refunds_are_decided(self) -> None:
        """For each refund of ours there is an approval by clause 2.2, and its attempt is on record."""
        ours = [it for it in self._universe.world.account.store.all("refund") if "paidthrough_step" in it["metadata"]]
        for refund in ours:
            if refund["id"] not in self._refunds:
                self._refunds.add(refund["id"])
                if not self._universe.rows(_BEHIND.format(charge=refund["charge"])):
                    raise Broken(f"{refund['id']} of {refund['charge']}: no attempt on record, or no approval by 2.2")


_BEHIND = """
    SELECT 1 FROM settlement AS s JOIN refund_decision AS d ON d.claim = s.claim
    JOIN settlement_attempt AS a ON a.extra = s.extra AND a.step = 'refund'
    WHERE s.extra = '{charge}' AND d.outcome = 'approved' AND d.clause = '2.2'
"""
