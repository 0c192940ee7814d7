"""What time brings: it passes, webhooks arrive, jobs run, processes stand still, go on and die."""

from collections.abc import Callable
from random import Random
from typing import Any

import orjson

from app.billing.mirror import take_events
from app.errors import NotStored
from app.policy.envelope import read_envelope
from app.sandbox.world import Delivery
from jobs.table import JOBS
from tests.simulation.acting import let, let_go_on
from tests.simulation.process import Process
from tests.simulation.universe import Universe

MINUTE, HOUR, DAY = 60, 3600, 86400
SPANS = (1, 5, 30, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY, 8 * DAY, 31 * DAY)
OFTEN = (3, 3, 3, 4, 4, 4, 4, 3, 3, 2, 1, 1)


def passes(universe: Universe, random: Random) -> str:
    seconds = random.choices(SPANS, OFTEN)[0]
    universe.pass_time(seconds)
    return f"{seconds} seconds pass"


def webhooks_arrive(universe: Universe, random: Random) -> str | None:
    """Some of those that are due, in any order."""
    said = []
    for _ in range(random.choice((1, 1, 2, 4, 8, 16))):
        due, idle = universe.world.deliveries(), universe.idle(universe.webs)
        if not due or not idle:
            break
        order = random.random()
        delivery = due[0] if order < 0.6 else random.choice(due)
        said.append(hand_over(universe, random.choice(idle), delivery, random))
    return "; ".join(said) or None


def hand_over(universe: Universe, process: Process, delivery: Delivery, random: Random) -> str:
    """What comes of it Stripe only knows if the answer arrives in time."""
    what = f"is given {delivery.event['type']} {delivery.event['id'][-4:]}"
    app, body, headers = universe.app(process), delivery.body, dict(delivery.headers)

    def act() -> int:
        status = app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code
        if status == 200:
            universe.acknowledged.add(delivery.event["id"])
        return status

    said = let(universe, process, what, act, random)
    heard = not process.is_parked and isinstance(process.outcome, int)
    universe.world.record(delivery, process.outcome if heard else 0)
    return said


def webhooks_arrive_together(universe: Universe, random: Random) -> str | None:
    """Several requests of one process, which commits them in one transaction."""
    due, idle = universe.world.deliveries()[: random.choice((2, 4, 8))], universe.idle(universe.webs)
    if len(due) < 2 or not idle:
        return None
    process = random.choice(idle)
    envelopes = [read_envelope(orjson.loads(each.body), each.body.decode()) for each in due]

    def act() -> list[str]:
        answers = take_events(process.context, envelopes)
        good = [each.id for each, answer in zip(envelopes, answers, strict=True) if not isinstance(answer, NotStored)]
        universe.acknowledged.update(good)
        return good

    said = let(universe, process, f"is given {len(due)} events together", act, random)
    heard = process.outcome if not process.is_parked and isinstance(process.outcome, list) else []
    for delivery in due:
        universe.world.record(delivery, 200 if delivery.event["id"] in heard else 503)
    return said


def job(name: str) -> Callable[[Universe, Random], str | None]:
    def runs(universe: Universe, random: Random) -> str | None:
        idle = universe.idle(universe.jobs)
        return run_job(universe, random.choice(idle), name, random) if idle else None

    return runs


def run_job(universe: Universe, process: Process, name: str, random: Random) -> str:
    return let(universe, process, f"runs {name}", lambda: _run(process, name), random)


def a_process_goes_on(universe: Universe, random: Random) -> str | None:
    parked = [process for process in universe.processes if process.is_parked]
    return f"{let_go_on(universe, random.choice(parked), random)} (it went on)" if parked else None


def a_process_dies(universe: Universe, random: Random) -> str:
    process = random.choice(universe.processes)
    doing = f" while it {process.doing}" if process.is_parked else ""
    process.kill()
    return f"{process.name} dies{doing} and is started again"


def _run(process: Process, name: str) -> Any:
    return JOBS[name].act(process.context)
