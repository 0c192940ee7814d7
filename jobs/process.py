"""The jobs process: runs until it is told to stop, and then ends what it has begun."""

import signal
from threading import Event
from types import FrameType

from prometheus_client import start_http_server

from app.billing.context import Context
from app.logs import log
from jobs.schedule import Schedule


def run_until_stopped(context: Context) -> None:
    """Run every job on time until SIGTERM or SIGINT."""
    stop = Event()

    def told(number: int, _frame: FrameType | None) -> None:
        log.info("jobs_stopping", signal=signal.Signals(number).name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    if context.settings.metrics_port:
        start_http_server(context.settings.metrics_port, addr=context.settings.host)
    schedule = Schedule(context)
    schedule.start()
    log.info("jobs_started")
    stop.wait()
    schedule.stop()
    context.db.close()
    log.info("jobs_stopped")
