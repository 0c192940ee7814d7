"""The jobs process: runs until it is told to stop, and then ends what it has begun."""

import signal

from prometheus_client import start_http_server

from app.billing.context import Context
from app.logs import log
from jobs.schedule import Schedule

ENDING = (signal.SIGTERM, signal.SIGINT)


def run_until_stopped(context: Context) -> None:
    """Run every job on time until SIGTERM or SIGINT."""
    # Waited for rather than handled: a handler may run while this thread holds the very lock that it asks for. Held
    # back before the first thread starts, since threads take the mask over.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    if context.settings.metrics_port:
        start_http_server(context.settings.metrics_port, addr=context.settings.host)
    schedule = Schedule(context)
    schedule.start()
    log.info("jobs_started")
    told = signal.sigwait(ENDING)
    log.info("jobs_stopping", signal=signal.Signals(told).name)
    schedule.stop()
    context.db.close()
    log.info("jobs_stopped")
