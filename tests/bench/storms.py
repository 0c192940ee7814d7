"""A storm of events that cannot be ordered: what three processes ask of Stripe until it is over, by a fake clock."""

import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench import stores
from tests.support.fetch_storm import storm
from tests.support.stage import stage
from tests.support.truth import untruths

EVENTS_EACH = 5


@dataclass(frozen=True, kw_only=True)
class Storm:
    """`lasted` are seconds of the fake clock; `cpu` is that of our fetches with the SDK's and the sandbox's part."""

    events: int
    objects: int
    requests: int
    lasted: float
    most_in_a_second: int
    cpu: float
    wrong: int


def blow(kind: str, folder: Path, *, events: int) -> Storm:
    store = stores.fresh(kind, "storm", folder)
    objects = events // EVENTS_EACH
    with stage(store.url) as made:
        made.world.trouble.drop(lambda _: True)
        storming = storm(made.world, made.clock, made.context)
        storming.breaks_loose(objects, events_each=EVENTS_EACH)
        before = time.process_time()
        lasted = storming.drains()
        cpu = time.process_time() - before
        wrong = len(untruths(made.context.db, made.world))
    stores.drop(store)
    return Storm(
        events=events,
        objects=objects,
        requests=len(storming.asked),
        lasted=lasted.total_seconds(),
        most_in_a_second=storming.most_in_a_second(),
        cpu=cpu,
        wrong=wrong,
    )
