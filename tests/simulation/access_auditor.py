"""Nobody is locked out who has paid, and nobody is let in longer than Stripe's facts and the grace allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.billing.access import access_of
from tests.simulation.access_truth import GRACE, AccessTruth, Verdict
from tests.simulation.acting import Broken
from tests.simulation.acts_of_rehearsal import CLOCK, EVERYBODY
from tests.simulation.news import News
from tests.simulation.universe import Universe


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A subscription. `now` is by its test clock, as far as we know that, or the wall's; None for a clock not seen."""

    sub: Any
    told: bool
    verdict: Verdict
    now: int | None


class AccessAuditor:
    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._news = News(universe)
        self._known: dict[str, int] = {}  # subscription -> until when we knew that it is paid
        self._lost: dict[str, int] = {}  # who lost their standing, and since when
        self._truth = AccessTruth(universe.world)

    def check(self) -> None:
        rows, told = self._universe.rows, self._news.told()
        bad = {row.uid: row.standing for row in rows("SELECT uid, standing FROM standing") if row.standing != "good"}
        self._lost = {uid: self._lost.get(uid, self._universe.world.now) for uid in bad}
        ever = {row.uid for row in rows("SELECT DISTINCT uid FROM standing_decision")}
        frozen = {row.id: row.frozen_time for row in rows("SELECT id, frozen_time FROM test_clock")}
        subs = list(self._universe.world.account.store.all("subscription"))
        for uid in EVERYBODY:
            answer = access_of(self._universe.observer, uid)
            if uid in bad:
                self._keeps_out(uid, bad[uid], entitled=answer.entitled)
                continue
            mine = [self._judged(sub, told, frozen) for sub in subs if self._universe.uid_of(sub["customer"]) == uid]
            self._check(uid, mine, entitled=answer.entitled, forfeits=uid in ever, why=answer.reason)

    def _judged(self, sub: Any, told: set[str], frozen: dict[str, int]) -> Judged:
        clock = sub["test_clock"]
        knows = sub["customer"] in told and (clock is None or clock in told)
        now = frozen.get(clock) if clock else self._universe.world.now
        return Judged(sub=sub, told=knows, verdict=self._truth.of(sub, told=knows), now=now)

    def _check(self, uid: str, mine: list[Judged], *, entitled: bool, forfeits: bool, why: str) -> None:
        if entitled and not any(_may_be_in(it) for it in mine):
            raise Broken(f"{uid} is let in ({why}) longer than anything allows: {[str(it.verdict) for it in mine]}")
        self._known |= {it.sub["id"]: it.verdict.paid_until for it in mine if it.told}
        if entitled or forfeits:
            return
        for it in mine:
            self._keeps_in_on_late_news(uid, it, why)
        if sure := [it.sub["id"] for it in mine if it.told and self._has_paid(it)]:
            raise Broken(f"{uid} is kept out ({why}) and has paid for {sure}")

    def _keeps_in_on_late_news(self, uid: str, it: Judged, why: str) -> None:
        """Who was known to have paid, and whose subscription simply goes on, is in for the grace, told or not."""
        paid = self._known.get(it.sub["id"], 0)
        if it.now is not None and paid <= it.now < paid + GRACE and self._truth.simply_goes_on(it.sub):
            raise Broken(f"{uid} is kept out ({why}) within the grace after {paid}")

    def _has_paid(self, it: Judged) -> bool:
        """Nobody lives on a test clock that was thrown away."""
        if it.sub["test_clock"] is None:
            return self._universe.world.now < it.verdict.paid_until
        clock = self._universe.world.account.store.get(CLOCK, it.sub["test_clock"])
        return clock is not None and int(clock["frozen_time"]) < it.verdict.paid_until

    def _keeps_out(self, uid: str, standing: str, *, entitled: bool) -> None:
        """From the moment of the decision on, by the clock of the process that was told of it."""
        if entitled and self._universe.world.now >= self._lost[uid] + self._universe.ahead:
            raise Broken(f"{uid} is {standing} and let in")


def _may_be_in(it: Judged) -> bool:
    """While a clock was not seen, the wall's judges."""
    return it.verdict.allowed_until is None or it.now is None or it.now < it.verdict.allowed_until
