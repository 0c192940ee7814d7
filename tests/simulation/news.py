"""Whose news have all arrived: for them our answers must fit Stripe's truth, not only what we may know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.simulation.universe import Universe

UNUSED = ("failed", "quarantined")


class News:
    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._read = 0
        self._events: defaultdict[str, list[str]] = defaultdict(list)
        self._about: dict[str, str] = {}  # object -> customer or test clock

    def told(self) -> set[str]:
        """The customers and test clocks about whom nothing is under way, unread or to be asked for."""
        self._read_on()
        states = {row.id: row.state for row in self._universe.rows("SELECT id, state FROM inbox_event")}
        waiting = {row.object_id for row in self._universe.rows("SELECT object_id FROM fetch_request")}
        asked = {self._about.get(name) for name in waiting}
        return {
            customer
            for customer, events in self._events.items()
            if customer not in asked and all(states.get(event, "failed") not in UNUSED for event in events)
        }

    def _read_on(self) -> None:
        for event in self._universe.world.events[self._read :]:
            body = event["data"]["object"]
            customer = self._customer(body)
            if customer and "id" in body:
                self._about[body["id"]] = customer
                self._events[customer].append(event["id"])
        self._read = len(self._universe.world.events)

    def _customer(self, body: Mapping[str, Any]) -> str | None:
        if body["object"] in ("customer", "test_helpers.test_clock"):
            return str(body["id"])
        if body.get("customer"):
            return str(body["customer"])
        for name in ("charge", "invoice", "payment_intent"):
            if body.get(name) in self._about:
                return self._about[body[name]]
        return None
