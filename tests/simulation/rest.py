"""Faults stop, time goes on, deliveries and jobs run: everything must settle within a bounded number of rounds."""

from random import Random

from jobs.table import JOBS
from tests.simulation.acting import Broken, tell
from tests.simulation.acts_of_time import DAY, MINUTE, hand_over, run_job
from tests.simulation.mirror_auditor import untruths
from tests.simulation.universe import Hazards, Universe

CALM = Random(0)
ROUNDS = (1, MINUTE, 20 * MINUTE, 20 * MINUTE, 20 * MINUTE, 4 * DAY, 20 * MINUTE, 20 * MINUTE, 20 * MINUTE)


def come_to_rest(universe: Universe) -> None:
    universe.hazards = Hazards()
    universe.world.trouble.calm()
    for process in universe.processes:
        while process.is_parked:
            universe.told.append(tell(process, process.go_on()))
    for seconds in ROUNDS:
        universe.pass_time(seconds)
        deliver_all(universe)
        for name in JOBS:
            run_job(universe, universe.jobs[0], name, CALM)
    if wrong := untruths(universe):
        raise Broken(f"the mirror is not Stripe's truth: {wrong[:8]}")


def deliver_all(universe: Universe) -> None:
    while due := [each for each in universe.world.deliveries() if each.status != 503]:
        for delivery in due:
            hand_over(universe, universe.webs[0], delivery, CALM)
