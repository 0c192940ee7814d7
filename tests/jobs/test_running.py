"""A job's failure stays its own, is told without drowning the log, and is over when the job ends well again."""

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from app.billing.context import Context
from jobs.running import guarded
from jobs.table import Job
from tests.support.product import HandClock, product


@pytest.fixture
def context() -> Context:
    return product("sqlite:///never-opened", clock=HandClock())


def job(name: str, *outcomes: int | Exception) -> Job:
    """Each run takes the next outcome."""
    following = iter(outcomes)

    def act(_context: Context) -> int:
        outcome = next(following)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Job(name=name, about="", every_seconds=1, act=act)


def test_it_speaks_only_when_it_did_something(context: Context) -> None:
    run = guarded(job("quiet", 0, 3), context)
    with capture_logs() as lines:
        run()
        assert lines == []
        run()
    assert [(line["event"], line["job"], line["rows"]) for line in lines] == [("job", "quiet", 3)]


def test_a_failure_stays_within(context: Context) -> None:
    with capture_logs() as lines:
        guarded(job("failing", ValueError("no")), context)()
    assert [(line["event"], line["log_level"]) for line in lines] == [("job_failed", "error")]
    assert REGISTRY.get_sample_value("paidthrough_job_runs_total", {"job": "failing", "outcome": "failed"}) == 1


def test_repeated_failures_do_not_drown_the_log(context: Context) -> None:
    run = guarded(job("drowning", *[ValueError("no")] * 9, 0), context)
    with capture_logs() as lines:
        for _ in range(10):
            run()
    assert [line.get("failures") for line in lines[:-1]] == [1, 2, 4, 8]
    assert (lines[-1]["event"], lines[-1]["after_failures"]) == ("job_recovered", 9)


def test_when_it_last_ended_well_is_a_metric(context: Context) -> None:
    guarded(job("fresh", 0), context)()
    finished = REGISTRY.get_sample_value("paidthrough_job_finished_timestamp_seconds", {"job": "fresh"})
    assert finished is not None
    assert finished > 0
