"""Runs one job: says what it did, counts it, and keeps its failure from the others."""

from collections import Counter as Tally
from collections.abc import Callable
from threading import Lock
from time import perf_counter

from prometheus_client import Counter, Gauge

from app.billing.context import Context
from app.logs import log
from jobs.table import Job, numbers

_RUNS = Counter("paidthrough_job_runs", "Runs of jobs, by what became of them", ["job", "outcome"])
_FINISHED = Gauge("paidthrough_job_finished_timestamp_seconds", "When a job last ended well", ["job"])

_failures: Tally[str] = Tally()
_failures_lock = Lock()


def guarded(job: Job, context: Context) -> Callable[[], None]:
    """The job as the scheduler calls it."""

    def run() -> None:
        began = perf_counter()
        try:
            report = numbers(job.act(context))
        except Exception as error:  # noqa: BLE001 - whatever it was, the other jobs go on
            _failed(job, error)
            return
        _ended_well(job)
        if job.name not in QUIET and any(report.values()):
            log.info("job", job=job.name, ms=round((perf_counter() - began) * 1000), **report)

    return run


QUIET = frozenset({"backlog"})  # it only counts, and what it counts is in the metrics


def _ended_well(job: Job) -> None:
    _RUNS.labels(job.name, "ok").inc()
    _FINISHED.labels(job.name).set_to_current_time()
    with _failures_lock:
        before = _failures.pop(job.name, 0)
    if before:
        log.info("job_recovered", job=job.name, after_failures=before)


def _failed(job: Job, error: Exception) -> None:
    """A job of every second would drown the log, so only the first, second, fourth … failure in a row is told."""
    _RUNS.labels(job.name, "failed").inc()
    with _failures_lock:
        _failures[job.name] += 1
        count = _failures[job.name]
    if count & (count - 1) == 0:
        log.error("job_failed", job=job.name, failures=count, exc_info=error)
