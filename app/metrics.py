"""The few numbers that help at night; with PROMETHEUS_MULTIPROC_DIR set they are those of all workers."""

import os
from collections.abc import Callable
from functools import cache, wraps
from time import perf_counter
from typing import ParamSpec, TypeVar

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

P = ParamSpec("P")
R = TypeVar("R")

disable_created_metrics()  # type: ignore[no-untyped-call]
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_webhook_events = Counter(
    "paidthrough_webhook_events_total",
    "Events received, by kind of object and what became of them",
    ["kind", "outcome"],
)
_access_answers = Counter("paidthrough_access_answers_total", "Answers to “may this user in?”", ["entitled", "reason"])
_request_seconds = Histogram(
    "paidthrough_request_seconds", "Time to an answer, by endpoint", ["endpoint"], buckets=BUCKETS
)


def count_webhook(event_type: str, outcome: str) -> None:
    """`outcome` is an inbox state, `repeated` or `refused`; pass "" for the type of what could not be verified."""
    _webhook_child(event_type.rpartition(".")[0], outcome).inc()


def count_access(*, entitled: bool, reason: str) -> None:
    _access_child(entitled, reason).inc()


def timed(endpoint: str, view: Callable[P, R]) -> Callable[P, R]:
    """The same view, its time counted; cheaper than Flask's hooks before and after every request."""
    observe = _request_seconds.labels(endpoint).observe

    @wraps(view)
    def measured(*args: P.args, **kwargs: P.kwargs) -> R:
        began = perf_counter()
        try:
            return view(*args, **kwargs)
        finally:
            observe(perf_counter() - began)

    return measured


def exposition() -> bytes:
    """Everything counted, in Prometheus's text format."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


# Finding a child by its labels costs more than counting, so each is found once.


@cache
def _webhook_child(kind: str, outcome: str) -> Counter:
    return _webhook_events.labels(kind, outcome)


@cache
def _access_child(entitled: bool, reason: str) -> Counter:
    return _access_answers.labels(str(entitled).lower(), reason)
