"""A process that runs one job until nothing is due, or fills a mirror from a Stripe, and tells what that took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from subprocess import PIPE
from subprocess import run as start

import orjson

from app.billing import backfill, cycle_end, inbox_retry
from app.billing.context import Context
from app.billing.pace import Pace
from app.db.engine import Database, Tx
from app.policy.instants import from_epoch
from app.wiring import wire
from tests.bench.stores import Store, cpu_of
from tests.bench.usage import most_memory
from tests.support.product import settings

BACKFILL = "backfill"
LONGEST_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Ran:
    """Times in seconds; `longest` is the longest transaction, `memory` the most that the process had, in MiB."""

    rows: int
    seconds: float
    cpu: float
    longest: float
    memory: float
    store_cpu: float = 0.0


def run_job(name: str, store: Store, *, at: int = 0, stripe: str = "", patience: float = LONGEST_SECONDS) -> Ran:
    """In a process of its own, at that instant for ever; without one by the wall's clock."""
    before = cpu_of(store)
    command = [sys.executable, "-m", "tests.bench.job_run", name, store.url, str(at), str(patience), stripe]
    done = start(command, check=True, stdout=PIPE, timeout=LONGEST_SECONDS, cwd=Path(__file__).parents[2])
    return replace(Ran(**orjson.loads(done.stdout.splitlines()[-1])), store_cpu=cpu_of(store) - before)


class _Timed(Database):
    longest = 0.0

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            began = time.perf_counter()
            yield tx
        self.longest = max(self.longest, time.perf_counter() - began)


def _measured(act: Callable[[], int], db: _Timed) -> Ran:
    cpu, began = time.process_time(), time.perf_counter()
    rows = act()
    return Ran(
        rows=rows,
        seconds=time.perf_counter() - began,
        cpu=time.process_time() - cpu,
        longest=db.longest,
        memory=most_memory(),
    )


def _until_nothing_is_due(context: Context, name: str, patience: float) -> int:
    rows, ends = 0, time.monotonic() + patience
    while time.monotonic() < ends and (done := _RUNS[name](context)):
        rows += done
    return rows


_RUNS: dict[str, Callable[[Context], int]] = {
    "cycle_end": lambda context: cycle_end.run(context, limit=cycle_end.SLICE * 20),
    "inbox_retry": lambda context: sum(asdict(inbox_retry.run(context)).values()),
}


def _fill(context: Context) -> int:
    """As fast as it can: what keeps it below Stripe's limits is off."""
    found = backfill.run(context, tell=lambda _: None, wait=lambda _: None, pace=Pace(1e9))
    return sum(found.values())


def _run(name: str, url: str, at: int, patience: float, stripe: str) -> Ran:
    base = {"stripe_api_base": stripe} if stripe else {}
    db, plain = _Timed(url), wire(settings(url, **base))
    context = replace(plain, db=db, clock=(lambda: from_epoch(at)) if at else plain.clock)
    return _measured(lambda: _fill(context) if name == BACKFILL else _until_nothing_is_due(context, name, patience), db)


if __name__ == "__main__":
    told = _run(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5])
    sys.stdout.buffer.write(orjson.dumps(asdict(told)) + b"\n")
