"""Must a subscriber be let in, or kept out? Read from Stripe's true objects, where the answer is beyond doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.sandbox.world import World

GRACE, HOLD = 72 * 3600, 24 * 3600
Json = dict[str, Any]
FREE = ("keep_as_draft", "mark_uncollectible")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`allowed_until` is the latest instant at which anybody may be let in for it, None for ever; `paid_until` the
    end of what is certainly paid, 0 for nothing."""

    paid_until: int
    allowed_until: int | None


class AccessTruth:
    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, sub: Json, *, told: bool) -> Verdict:
        """`told`: all news about its customer have arrived; else we may be behind, and the latest is what was sold."""
        return Verdict(self._paid_until(sub), self._allowed_until(sub, told=told))

    def simply_goes_on(self, sub: Json) -> bool:
        """Never paused, canceled or unpaid, and nothing of its money went back."""
        quiet = not any((sub["cancel_at"], sub["canceled_at"], sub["pause_collection"], sub["trial_end"]))
        bills = self._bills(sub)
        fine = all(it["status"] == "paid" or (it["status"] == "draft" and it["auto_advance"]) for it in bills)
        first_try = all(it["attempt_count"] < 2 for it in bills)
        return quiet and sub["status"] == "active" and fine and first_try and not any(map(self._returned, bills))

    def _paid_until(self, sub: Json) -> int:
        paused = sub["status"] == "paused" or sub["pause_collection"] or (sub.get("status_details") or {}).get("paused")
        if paused or sub["status"] in ("incomplete", "incomplete_expired"):
            return 0
        if sub["status"] == "trialing":
            return int(sub["trial_end"])
        item = sub["items"]["data"][0]
        if sub["trial_end"] and item["current_period_end"] <= sub["trial_end"]:
            return 0  # a trial that was ended: its bill over nothing has bought nothing
        bills = [bill for bill in self._bills(sub) if _start(bill, item) == item["current_period_start"]]
        clean = len(bills) == 1 and bills[0]["status"] == "paid" and not self._returned(bills[0])
        return int(item["current_period_end"]) if clean else 0

    def _allowed_until(self, sub: Json, *, told: bool) -> int | None:
        if (sub["pause_collection"] or {}).get("behavior") in FREE:
            return None
        ends = [until for bill in self._bills(sub) for until in self._bill_allows(bill, told=told)]
        if sub["trial_end"]:
            ends.append(sub["trial_end"] + GRACE)
        latest = max(ends, default=0)
        over = told and sub["status"] == "canceled" and not sub["trial_end"]
        if over and sub["pause_collection"] is None:
            return min(latest, max(self._sold_until(sub), sub["ended_at"] or 0))
        return latest + HOLD

    def _bill_allows(self, bill: Json, *, told: bool) -> Iterator[int]:
        for line in bill["lines"]["data"]:
            start, end = line["period"]["start"], line["period"]["end"]
            late = bill["status"] == "open" and bill["collection_method"] == "charge_automatically"
            yield (start if told and late else end) + GRACE

    def _sold_until(self, sub: Json) -> int:
        return max((line["period"]["end"] for bill in self._bills(sub) for line in bill["lines"]["data"]), default=0)

    def _bills(self, sub: Json) -> list[Json]:
        found = self._world.account.store.all("invoice")
        return [
            it
            for it in found
            if ((it["parent"] or {}).get("subscription_details") or {}).get("subscription") == sub["id"]
        ]

    def _returned(self, bill: Json) -> bool:
        """Whether any of its money has gone back, or is disputed."""
        charges = {
            charge["id"]
            for payment in self._world.account.store.all("invoice_payment")
            for charge in self._world.account.store.all("charge")
            if payment["invoice"] == bill["id"] and charge["payment_intent"] == payment["payment"].get("payment_intent")
        }
        kinds = ("refund", "dispute")
        return any(it["charge"] in charges for kind in kinds for it in self._world.account.store.all(kind))


def _start(bill: Json, item: Json) -> int:
    """Of the period of this item that it bills; 0 if it only settles what is left of one."""
    for line in bill["lines"]["data"]:
        sold = line["parent"].get("subscription_item_details") or {}
        if sold.get("subscription_item") == item["id"] and not sold.get("proration"):
            return int(line["period"]["start"])
    return 0
