"""Measuring the product and its ceiling in turns, so that what the machine does beside cancels out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from tests.bench.load import send
from tests.bench.servers import Server
from tests.bench.stores import Store, cpu_of
from tests.bench.usage import cpu_seconds

Requests = Callable[[int], Sequence[bytes]]
"""The requests of a round, made just before it."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One round at one server; times in seconds, processor time by request."""

    per_second: float
    latencies: list[float]
    server_cpu: float
    store_cpu: float
    load_cpu: float


@dataclass(frozen=True, kw_only=True)
class Side:
    """All rounds at one server."""

    runs: Sequence[Run]

    @property
    def per_second(self) -> float:
        return median(run.per_second for run in self.runs)

    @property
    def p50(self) -> float:
        return median(self._latencies())

    @property
    def p99(self) -> float:
        return quantiles(self._latencies(), n=100)[98]

    def cpu(self, of: Callable[[Run], float]) -> float:
        return median(of(run) for run in self.runs)

    def _latencies(self) -> list[float]:
        return [latency for run in self.runs for latency in run.latencies]


@dataclass(frozen=True, kw_only=True)
class Duel:
    product: Side
    ceiling: Side

    @property
    def ratios(self) -> list[float]:
        pairs = zip(self.product.runs, self.ceiling.runs, strict=True)
        return [ours.per_second / bare.per_second for ours, bare in pairs]


def duel(product: Server, ceiling: Server, store: Store, requests: Requests, *, rounds: int, folder: Path) -> Duel:
    """Both get the same requests, turn by turn; the first turn only warms up."""
    ours: list[Run] = []
    bare: list[Run] = []
    for number in range(rounds + 1):
        wanted = requests(number)
        turns = ((ours, product), (bare, ceiling))
        for runs, server in turns if number % 2 else reversed(turns):
            runs.append(run_round(server, store, wanted, folder))
    return Duel(product=Side(runs=ours[1:]), ceiling=Side(runs=bare[1:]))


def run_round(server: Server, store: Store, requests: Sequence[bytes], folder: Path) -> Run:
    server_cpu, store_cpu = cpu_seconds(server.pid), cpu_of(store)
    load = send(requests, port=server.port, folder=folder)
    if load.refused:
        raise RuntimeError(f"{load.refused} of {len(requests)} requests were refused")
    count = len(requests)
    return Run(
        per_second=count / load.seconds,
        latencies=load.latencies,
        server_cpu=(cpu_seconds(server.pid) - server_cpu) / count,
        store_cpu=(cpu_of(store) - store_cpu) / count,
        load_cpu=load.cpu / count,
    )
