"""Nobody is locked out who has paid, and nobody is let in longer than Stripe's facts and the grace allow."""

from __future__ import annotations

from typing import Any

from tests.journeys.money_outside import UIDS
from tests.simulation.access_truth import GRACE, AccessTruth
from tests.simulation.acting import Broken
from tests.simulation.news import News
from tests.simulation.universe import Universe


class AccessAuditor:
    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._news = News(universe)
        self._known: dict[str, int] = {}  # subscription -> until when we knew that it is paid
        self._lost: dict[str, int] = {}  # who lost their standing, and since when
        self._truth = AccessTruth(universe.world)

    def check(self) -> None:
        lost = self._universe.rows("SELECT uid, standing FROM standing")
        bad = {row.uid: row.standing for row in lost if row.standing != "good"}
        self._lost = {uid: self._lost.get(uid, self._universe.world.now) for uid in bad}
        ever = {row.uid for row in self._universe.rows("SELECT DISTINCT uid FROM standing_decision")}
        told = self._news.told()
        for uid in UIDS:
            answer = self._universe.get(f"/v1/access/{uid}")
            if uid in bad:
                self._keeps_out(uid, answer["entitled"], bad[uid])
            else:
                self._check(uid, told, entitled=answer["entitled"], forfeits=uid in ever, why=answer["reason"])

    def _check(self, uid: str, told: set[str], *, entitled: bool, forfeits: bool, why: str) -> None:
        now = self._universe.world.now
        mine = [it for it in self._universe.world.account.store.all("subscription") if self._is_of(uid, it["customer"])]
        verdicts = [(it, self._truth.of(it, told=it["customer"] in told)) for it in mine]
        if entitled and not any(it.allowed_until is None or now < it.allowed_until for _, it in verdicts):
            raise Broken(f"{uid} is let in ({why}) longer than anything allows: {[str(it) for _, it in verdicts]}")
        self._check_late_news(uid, mine, told, entitled=entitled or forfeits, why=why)
        sure = [sub["id"] for sub, it in verdicts if sub["customer"] in told and now < it.paid_until]
        if sure and not entitled and not forfeits:
            raise Broken(f"{uid} is kept out ({why}) and has paid for {sure}")

    def _check_late_news(self, uid: str, subs: list[Any], told: set[str], *, entitled: bool, why: str) -> None:
        """Who was known to have paid, and whose subscription simply goes on, is in for the grace, told or not."""
        now = self._universe.world.now
        for sub in subs:
            if sub["customer"] in told:
                self._known[sub["id"]] = self._truth.of(sub, told=True).paid_until
            paid = self._known.get(sub["id"], 0)
            if not entitled and paid <= now < paid + GRACE and self._truth.simply_goes_on(sub):
                raise Broken(f"{uid} is kept out ({why}) within the grace after {paid}")

    def _keeps_out(self, uid: str, entitled: bool, standing: str) -> None:
        """From the moment of the decision on, by the clock of the process that was told of it."""
        if entitled and self._universe.world.now >= self._lost[uid] + self._universe.ahead:
            raise Broken(f"{uid} is {standing} and let in")

    def _is_of(self, uid: str, customer: str) -> bool:
        return self._universe.uid_of(customer) == uid
