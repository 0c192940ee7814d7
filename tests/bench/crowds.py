"""Answers about access in crowds of three sizes: what does it cost to look one user up among a million?"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import crowd, requests, stores
from tests.bench.rounds import Run, Side, run_round
from tests.bench.servers import Size, product
from tests.support.product import settings


@dataclass(frozen=True, kw_only=True)
class Crowd:
    customers: int
    side: Side


def crowds(kind: str, folder: Path, size: Size, *, sizes: Sequence[int], questions: int, rounds: int) -> list[Crowd]:
    """A server for each crowd, asked in turns about users at random, so that what the machine does beside cancels."""
    made = [stores.fresh(kind, f"crowd_{each}", folder) for each in sizes]
    uids = [crowd.gather(settings(store.url), each) for store, each in zip(made, sizes, strict=True)]
    runs: list[list[Run]] = [[] for _ in sizes]
    with ExitStack() as stack:
        servers = [stack.enter_context(product(store.url, size, folder)) for store in made]
        for number in range(rounds + 1):
            for at, store in enumerate(made):
                asked = requests.questions(uids[at], questions, seed=number)
                runs[at].append(run_round(servers[at], store, asked, folder))
    for store in made:
        stores.drop(store)
    return [Crowd(customers=each, side=Side(runs=side[1:])) for each, side in zip(sizes, runs, strict=True)]
