"""Faults stop, time goes on, deliveries and jobs run: everything must settle within a bounded number of rounds."""

from __future__ import annotations

from random import Random

from app.billing import backfill, drift
from app.stripe_gateway.gateway import API_VERSION
from jobs.table import JOBS
from tests.simulation.acting import Broken, tell
from tests.simulation.acts_of_time import DAY, HOUR, MINUTE, hand_over, run_job
from tests.simulation.mirror_auditor import untruths
from tests.simulation.universe import Hazards, Universe

CALM = Random(0)
ROUNDS = (1, MINUTE, *[20 * MINUTE] * 4, 7 * HOUR, 4 * DAY, *[20 * MINUTE] * 4)
"""The longest that anything is put off for is six hours; a refund that Stripe holds back is waited for three days."""

UNAIDED = 5
"""After that round the mirror must show what was told without the daily audit, which would hide what went wrong."""

AUDITED = 7
"""In that round the audit runs: what Stripe does without a word when days have passed, it has done by then."""


def come_to_rest(universe: Universe) -> None:
    universe.hazards = Hazards()
    universe.skews.clear()
    universe.world.trouble.calm()
    next(iter(universe.world.account.store.all("webhook_endpoint")))["api_version"] = API_VERSION
    for process in universe.processes:
        while process.is_parked:
            universe.told.append(tell(process, process.go_on()))
    for number, seconds in enumerate(ROUNDS):
        universe.pass_time(seconds)
        let_refunds_end(universe)
        deliver_all(universe)
        for name in JOBS:
            if name != "drift":
                run_job(universe, universe.jobs[number % len(universe.jobs)], name, CALM)
        if number == 1:
            obey_alarms(universe)
        if number == UNAIDED:
            judge_unaided(universe)
        if number == AUDITED:
            drift.audit(universe.observer, kind=None, limit=10_000)  # as its job does in slices, some hours apart


def judge_unaided(universe: Universe) -> None:
    """What our own jobs have just changed is news too, and what it hints at is fetched some seconds later."""
    for _ in range(3):
        universe.pass_time(20)
        deliver_all(universe)
        universe.pass_time(5)
        run_job(universe, universe.jobs[0], "pending_fetches", CALM)
        wrong = untruths(universe, audited=False)
        if not wrong:
            return
    raise Broken(f"mirror, before any audit of it: {wrong[:6]}")


def deliver_all(universe: Universe) -> None:
    while due := universe.world.deliveries():
        for number, delivery in enumerate(due):
            hand_over(universe, universe.webs[number % len(universe.webs)], delivery, CALM)


def let_refunds_end(universe: Universe) -> None:
    """The banks do what they were asked for, and nobody wants another refund to wait."""
    universe.world.account.refund_plans.clear()
    for refund in list(universe.world.account.store.all("refund")):
        if refund["status"] in ("pending", "requires_action"):
            universe.world.settle_refund(refund["id"])


def obey_alarms(universe: Universe) -> None:
    """An operator does what an alarm says: what Stripe no longer lists as events is read from its objects."""
    if "gap_sweep.events_lost" in universe.logged:
        universe.told.append("an operator runs the backfill that an alarm asked for")
        backfill.run(universe.observer, tell=lambda _at: None, wait=lambda _seconds: None, again=True)
