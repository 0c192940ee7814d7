"""The clockwork: which job runs when. It remembers nothing; what is due is a query."""

from datetime import UTC, datetime
from threading import Lock

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app.billing import cycle_end
from app.billing.context import Context
from jobs.running import guarded
from jobs.table import JOBS, Job

OPTIONS = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
CYCLE_END = "cycle_end"
WATCH = "cycle_end_watch"


class Schedule:
    """Starts and stops the jobs of one process; several processes may run them against one database."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={
                "default": ThreadPoolExecutor(max_workers=len(JOBS)),
                CYCLE_END: ThreadPoolExecutor(max_workers=3),  # never waits behind a slow Stripe
            },
            job_defaults=OPTIONS,
            timezone=UTC,
        )
        self._armed: datetime | None = None
        self._arming, self._stopping = Lock(), False
        for job in JOBS.values():
            self._every(job, executor=CYCLE_END if job.name == CYCLE_END else "default")
        watch = Job(name=WATCH, about="arm the trigger for the next instant", every_seconds=1, act=self._arm)
        self._every(watch, executor=CYCLE_END)

    def start(self) -> None:
        self._scheduler.start()

    @property
    def running(self) -> bool:
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """Let what runs end, and start nothing more."""
        with self._arming:  # the scheduler waits for what runs while it holds the lock that adding a job asks for
            self._stopping = True
        self._scheduler.pause()
        self._scheduler.shutdown(wait=True)

    def _every(self, job: Job, *, executor: str) -> None:
        self._scheduler.add_job(
            guarded(job, self._context),
            IntervalTrigger(seconds=job.every_seconds, timezone=UTC),
            id=job.name,
            executor=executor,
            next_run_time=datetime.now(UTC),
            replace_existing=True,
            **OPTIONS,
        )

    def _arm(self, context: Context) -> int:
        """Set the dated trigger to the next instant, or again if its run has left something due."""
        due = cycle_end.next_due(context)
        with self._arming:
            if due is not None and not self._stopping and (due != self._armed or due <= context.clock()):
                self._armed = due
                self._at(due, context)
        return 0

    def _at(self, due: datetime, context: Context) -> None:
        self._scheduler.add_job(
            guarded(JOBS[CYCLE_END], context),
            DateTrigger(due, timezone=UTC),
            id="cycle_end_due",
            executor=CYCLE_END,
            replace_existing=True,
            **OPTIONS,
        )
