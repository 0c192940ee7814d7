"""A backfill over HTTP, beside reading the same pages without storing anything."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import DEVNULL, Popen
from urllib.parse import urlencode

import orjson

from app.billing.backfill_course import COURSE, Leg
from app.stripe_gateway.listing import PATHS
from tests.bench import stores
from tests.bench.job_run import BACKFILL, Ran, run_job
from tests.bench.servers import ROOT, START_SECONDS, Server, free_port
from tests.bench.usage import cpu_seconds

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Only read; `cpu` is the reader's."""

    objects: int
    seconds: float
    cpu: float
    stripe_cpu: float


@dataclass(frozen=True, kw_only=True)
class Filling:
    ours: Ran
    stripe_cpu: float
    ceiling: Listing


def fill(kind: str, folder: Path, *, customers: int) -> Filling:
    store = stores.fresh(kind, "fill", folder)
    with _stripe(customers) as stripe:
        ceiling = _list(stripe)
        before = cpu_seconds(stripe.pid)
        ours = run_job(BACKFILL, store, stripe=f"http://127.0.0.1:{stripe.port}")
        stripe_cpu = cpu_seconds(stripe.pid) - before
    stores.drop(store)
    if ours.rows != ceiling.objects:
        raise RuntimeError(f"{ceiling.objects} objects are there, {ours.rows} were taken")
    return Filling(ours=ours, stripe_cpu=stripe_cpu, ceiling=ceiling)


def _list(stripe: Server) -> Listing:
    connection = HTTPConnection("127.0.0.1", stripe.port, timeout=60)
    before, cpu, began = cpu_seconds(stripe.pid), time.process_time(), time.perf_counter()
    objects = sum(count for leg in COURSE if leg.by is None for count in _pages(connection, leg))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    connection.close()
    return Listing(objects=objects, seconds=took, cpu=used, stripe_cpu=cpu_seconds(stripe.pid) - before)


def _pages(connection: HTTPConnection, leg: Leg) -> Iterator[int]:
    after: dict[str, str] = {}
    while True:
        query = urlencode({"limit": PAGE, **leg.fixed, **after})
        headers = {"Authorization": "Bearer sk_test_of_the_benchmark"}
        connection.request("GET", f"/v1/{PATHS[leg.kind]}?{query}", headers=headers)
        page = orjson.loads(connection.getresponse().read())
        yield len(page["data"])
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


@contextmanager
def _stripe(customers: int) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.account_run", str(port), str(customers)]
    process = Popen(command, cwd=ROOT, stdout=DEVNULL)
    try:
        _wait_for(process, port)
        yield Server(pid=process.pid, port=port)
    finally:
        process.kill()
        process.wait()


def _wait_for(process: "Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.05)
    raise RuntimeError("the sandbox did not start")


def _answers(port: int) -> bool:
    with suppress(ConnectionError):
        HTTPConnection("127.0.0.1", port, timeout=5).connect()
        return True
    return False
