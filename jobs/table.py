"""Every job by name: what it does and how often."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from app.billing import (
    cancellation,
    claim_deciding,
    claim_records,
    cycle_end,
    detector,
    drift,
    fetching,
    gap_sweep,
    inbox_retry,
    look_again,
    out_of_policy,
    promises,
    retention,
    settlement_followup,
)
from app.billing.context import Context
from app.billing.standing_enforcement import enforce_late
from jobs import backlog

Report = Any
"""A number of rows, or a dataclass of numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    name: str
    about: str
    every_seconds: int
    act: Callable[[Context], Report]


JOBS = {
    job.name: job
    for job in (
        Job(
            name="cycle_end",
            about="write into the journal what time has done to access (also at the very instant)",
            every_seconds=60,
            act=cycle_end.run,
        ),
        Job(
            name="pending_fetches",
            about="ask Stripe for objects that the mirror wants to see",
            every_seconds=1,
            act=fetching.run_pending,
        ),
        Job(
            name="cancellations",
            about="repeat requests to cancel or resume that Stripe does not have yet",
            every_seconds=15,
            act=lambda context: cancellation.repeat_due(context, limit=100),
        ),
        Job(
            name="waiting_claims",
            about="look again at claims that could not be judged yet, because a payment or Stripe was not ready",
            every_seconds=30,
            act=claim_deciding.decide_waiting,
        ),
        Job(
            name="claim_deadlines",
            about="close claims whose missing details never came",
            every_seconds=60,
            act=claim_deciding.expire_incomplete,
        ),
        Job(
            name="late_cancels",
            about="file a claim where a cancellation came in time and the renewal was charged all the same",
            every_seconds=30,
            act=claim_records.claim_late_cancellations,
        ),
        Job(
            name="settlements",
            about="pay approved duplicates back, and follow refunds that may still fail",
            every_seconds=15,
            act=settlement_followup.run,
        ),
        Job(
            name="detector",
            about="look at each customer's last 24 hours, and claim what is paid twice before anybody asks",
            every_seconds=60,
            act=detector.run,
        ),
        Job(
            name="standings",
            about="ask Stripe to stop collecting for subscriptions that came after a loss of standing",
            every_seconds=15,
            act=enforce_late,
        ),
        Job(
            name="out_of_policy",
            about="raise an alarm for money that went back without a decision, and for credits",
            every_seconds=30,
            act=out_of_policy.run,
        ),
        Job(
            name="look_again",
            about="look at Stripe before a subscription that may have renewed is locked out",
            every_seconds=30,
            act=look_again.run,
        ),
        Job(
            name="inbox_retry",
            about="apply failed events once more",
            every_seconds=15,
            act=inbox_retry.run,
        ),
        Job(
            name="gap_sweep",
            about="read Stripe's list of events for what the webhook never brought",
            every_seconds=300,
            act=gap_sweep.run,
        ),
        Job(
            name="drift",
            about="compare the mirror with Stripe once a day, slice by slice, and have what differs fetched",
            every_seconds=900,
            act=drift.run,
        ),
        Job(
            name="promises",
            about="check what we promised: refunds, cancellations and answers that follow from the mirror",
            every_seconds=86400,
            act=promises.run,
        ),
        Job(
            name="retention",
            about="forget old raw events, the old files of closed claims, and account links that are over",
            every_seconds=86400,
            act=retention.run,
        ),
        Job(
            name="backlog",
            about="count what waits, for the metrics: events that failed or are quarantined, objects to fetch",
            every_seconds=60,
            act=backlog.count,
        ),
    )
}


def numbers(report: Report) -> dict[str, int]:
    """A report as names and numbers."""
    if is_dataclass(report) and not isinstance(report, type):
        return asdict(report)
    return {"rows": int(report)}
