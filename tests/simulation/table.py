"""Every act by name, and how often it happens."""

from collections.abc import Callable
from random import Random

from tests.simulation import acts_of_customers as customers
from tests.simulation import acts_of_time as time
from tests.simulation.universe import Universe

Act = Callable[[Universe, Random], str | None]

ACTS: dict[str, tuple[Act, float]] = {
    "time passes": (time.passes, 20),
    "webhooks arrive": (time.webhooks_arrive, 40),
    "a job runs": (time.a_job_runs, 40),
    "a process goes on": (time.a_process_goes_on, 15),
    "a process dies": (time.a_process_dies, 2),
    "somebody subscribes": (customers.subscribes, 4),
    "a card turns": (customers.card_turns, 3),
}
WEIGHTS = {name: weight for name, (_, weight) in ACTS.items()}
